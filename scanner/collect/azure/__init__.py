"""The live source: the Azure management SDKs drive, we tap the wire.

Here are its schedule and its scopes; what they stand on is in `session`, `arm` and `resource_graph`, which know nothing
of it. No other package imports an Azure SDK.
"""
