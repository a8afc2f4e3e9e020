"""The graph: every resource of a scan behind typed questions, with what was not seen and what the scan was told.

It may import the model, and nothing of rules. Everything that judges or draws an estate asks it.
"""

from scanner.graph.graph import Graph

__all__ = ["Graph"]
