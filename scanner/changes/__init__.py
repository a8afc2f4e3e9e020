"""What would mend what rules find: the changes that rules offer, built from what the estate is.

It stands beside the checks: rules import both. It may import estate, engine, graph, domain and model.
"""
