"""What would mend an estate: changes that rules offer, made on the graph, judged again, and put in order.

It may import what lies below scans, never what reads Azure. Causes, reports and the command line use it.
"""
