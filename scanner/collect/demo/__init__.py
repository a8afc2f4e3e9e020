"""The demo: the bundled estate behind the simulator, read by the real collectors over a socket.

It alone imports the simulator; the command line's wiring imports it.
"""
