"""The configuration: mlsec.toml read and checked, and what it and the command line come to together.

It may import the engine, settings and what a history may be called; only the command line imports it.
"""
