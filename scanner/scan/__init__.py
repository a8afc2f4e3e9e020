"""The use case: a request, what was collected, the graph, verdicts, and the finished scan with its gate.

It may import the engine, the estate and what a source hands over, which it can save as a snapshot; it knows neither
Azure, reporters nor options. Reports, histories and the command line import it.
"""
