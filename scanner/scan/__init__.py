"""The use case: a request, what was collected, the graph, verdicts, and the finished scan with its gate.

It may import the engine, the estate and what a source hands over; it knows no source, reporter or option. Reports,
histories and the command line import it.
"""
