"""Reporters: pure functions from a finished scan, or a comparison of two, to text.

They may import the scan and what it is made of, and never a source. The command line picks one; the history borrows
words.
"""
