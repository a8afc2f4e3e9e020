"""Reading by Azure Resource Graph: queries, the tables that it has, what it may be believed about, and which way pays.

It stands on the session and on the table and store of `arm`. The collection uses it where many subscriptions are read.
"""
