"""What the process does to its machine: files written whole or not at all, stdout, and how a signal ends it.

It imports the errors and nothing else of ours; whoever writes a file or starts a process uses it.
"""
