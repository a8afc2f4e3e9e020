"""Compliance frameworks: which rule is about which control, and what a scan's results come to by control.

It may import the engine. The data lie in `data/`: frameworks and their controls in one file, what a rule is about in a
file of its own. The configuration reads a user's own frameworks into the same classes; reports show the view.
"""
