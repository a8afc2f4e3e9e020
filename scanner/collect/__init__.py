"""Collectors: each reads one kind of source and yields ARM-shaped resources, and gaps for what it could not see."""
