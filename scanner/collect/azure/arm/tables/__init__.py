"""The rows of the table of listings, by provider: adding a type is a row here, a model class and a fixture.

They import what a row is made of, `listing.py`, and nothing else of ours. `arm/listings.py` puts them together.
"""
