"""Checks that rules share: each judges a subject and yields what it found."""
