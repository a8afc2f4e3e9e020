"""One file a command: what it is called, what it takes, and which function does it.

They import click and our declarations alone, so that `--help` is there at once; `cli/main.py` imports them.
"""
