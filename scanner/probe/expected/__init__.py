"""What a probe should find: the names of the private services, computed on the graph for every subnet that uses them.

What the answers of probes come to beside it is worked out here too. It imports the estate, checks, domain, the shapes
of `scanner.probe`, and no source; the scan and its reports use it.
"""
