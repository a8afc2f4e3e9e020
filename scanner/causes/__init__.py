"""What failures come from: faults in single resources, found by mending each on the graph and judging again.

It may import fix and what lies below. Scans, reports and the command line use it.
"""
