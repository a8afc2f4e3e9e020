"""Runs kept in a database, as intervals: what stood how, from which run until which.

It may import the scan and the words of reports. The command line and its configuration import it, and no other package
imports a database.
"""
