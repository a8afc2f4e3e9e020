"""A report as one comment on the pull request that a pipeline runs for: made the first time, then kept up to date.

The only part that writes to anything, and what it writes to is where the code lives, never Azure. Neither platform has
a tool that does this and is on every agent: `gh pr comment --edit-last` takes the last comment of its user, which is
any workflow's, and Azure Pipelines has none. It imports the errors, the reader of inputs and the vault of tokens; the
command line uses it.
"""
