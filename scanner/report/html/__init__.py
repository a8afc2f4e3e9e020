"""The HTML report: one self-contained file for people who would rather look than read."""

from scanner.report.html.page import as_html

__all__ = ["as_html"]
