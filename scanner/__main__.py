"""`python -m scanner` is `mlsec-scan`."""

from scanner.entry import main

if __name__ == "__main__":
    main()
