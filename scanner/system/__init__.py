"""What the process does to its machine: outputs, inputs, its streams, and how a signal ends it.

`files` is the one writer of what a user named and `reading` its one reader; `targets` tells what a path leads to,
`plain` makes foreign text harmless to a terminal and to a pipeline's log. It imports the errors and nothing else of
ours; whoever reads or writes a file, prints or starts a process uses it.
"""
