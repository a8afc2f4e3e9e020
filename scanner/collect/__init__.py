"""Sources: each reads one kind and hands over ARM-shaped resources, and gaps for what it could not see.

They may import the model, evidence, packed rows and how files are written, and know nothing of rules or reports.
`azure` is the live one, `snapshot` a saved scan, `demo` the bundled estate behind the simulator.
"""
