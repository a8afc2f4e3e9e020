"""More machines than one: an existing Dask cluster collects subscriptions and judges shares of an estate.

The workers have mlsec-scan installed and sign in to Azure as themselves: no credential and no code is sent to them.
It may import sources and the engine; only the command line's wiring imports it.
"""
