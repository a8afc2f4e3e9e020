"""What the network controls of an estate cost a month, what could go without a control being lost, and what a fix adds.

It may import what lies below scans, never what reads Azure. The command line and reports use it. Of the network it
asks for one thing: list prices, at the public Retail Prices API.
"""
