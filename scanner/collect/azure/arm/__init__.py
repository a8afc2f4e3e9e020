"""Reading by ARM: the table of listings, pages of them, references that are followed, and where it is all kept.

It sends through the session. Resource Graph stands on its table and its store; the collection schedules both.
"""
