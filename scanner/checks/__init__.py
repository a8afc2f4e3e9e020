"""Judgements that rules share, each yielding what it found about a subject, and the selectors that name subjects.

They may import the engine, the estate and what lies below. Rules import them, and nothing else of ours does.
"""
