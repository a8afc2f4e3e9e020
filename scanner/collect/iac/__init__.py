"""Code as a source: Terraform plans and state, ARM templates. What they will deploy becomes rows as ARM shapes them.

It imports `creation`, which adds Azure's part, the redaction, and how files are read; nothing of Azure's SDKs. The
command line's wiring imports it.
"""
