"""Runs kept in a database, as intervals: what stood how, from which run until which."""
