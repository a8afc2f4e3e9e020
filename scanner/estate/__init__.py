"""What an estate comes to, read off the graph: who is where, what is joined, what resolves, what is let through."""
