"""Terraform's own files, read for where things stand in them: blocks, attributes and remarks, and no value evaluated.

It imports errors, model and system, and tree-sitter where it is installed. Sources of code use it.
"""
