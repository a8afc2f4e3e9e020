"""What failures come from: faults in single resources, found by mending each on the graph and judging again.

It stands on `fix`; reports and the command line use it.
"""
