"""What would mend an estate: changes that rules offer, made on the graph, judged again, and put in order.

It stands on scans and what lies below, and never speaks to Azure. Reports and the command line use it.
"""
