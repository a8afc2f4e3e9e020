"""The HTML report: one self-contained file for people who would rather look than read.

It may read the estate off the judged graph, to draw it, and the words of the other reporters.
"""

from scanner.report.html.page import as_html

__all__ = ["as_html"]
