"""The probe: what a scan predicts of names and connections, tried on a machine inside the networks, or outside of them.

It resolves, connects, shakes hands and asks as whoever works there would, and compares with a file that a scan wrote.
It needs neither rights in Azure nor its packages. It imports the errors, `scanner.system` and nothing else of ours.
"""
