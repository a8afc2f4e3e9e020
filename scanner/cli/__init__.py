"""The command line: options are parsed once, into a request, and what comes of it is delivered.

It may import everything, and nobody imports it but `__main__`. `wiring.py` alone turns options into a request; each
file in `commands/` is one command and imports next to nothing until it runs.
"""
