"""Secrets: what looks like one in text, and taking them out of resources before anything is stored or shown.

It imports the model and evidence. Collectors, the snapshot and the command line's last line of defence use it.
"""
