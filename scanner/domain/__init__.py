"""What Azure does: pure functions over the model, each with its outcome and the cause of it.

They import the model and evidence, and know nothing of graph, rules and sources. The estate, the checks and the
picture of the HTML report stand on them.
"""
