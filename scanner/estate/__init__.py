"""What an estate comes to, read off the graph: solutions, who is where, what is joined, what resolves, what is let in.

It may import the graph and the domain, and knows nothing of rules. Checks, the scan and the HTML report ask it.
"""
