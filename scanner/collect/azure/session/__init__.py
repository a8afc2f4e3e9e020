"""One session with a management endpoint: signing, pacing, retries, deadlines, and answers tapped off the wire.

It knows HTTP and the SDKs, and nothing of which resources there are; both ways of reading, by ARM and by Resource
Graph, send through it.
"""
