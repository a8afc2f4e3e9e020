"""The live collector: the Azure management SDKs drive, we tap the wire."""
