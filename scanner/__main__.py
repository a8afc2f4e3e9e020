"""`python -m scanner` is `mlsec-scan`."""

from scanner.cli import main

main()
