"""The configuration: mlsec.toml read and checked, and what it and the command line come to together.

It may import the engine, settings and names of the layers below it; only the command line imports it.
"""
