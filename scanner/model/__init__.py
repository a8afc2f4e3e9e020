"""What exists in Azure, by service: typed, frozen resources, decoded once from ARM JSON.

It imports evidence, for what a source could not supply, and nothing else of ours. All that is above it speaks in its
types.
"""
