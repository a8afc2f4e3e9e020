"""mlsec-scan: network-security compliance of Azure Machine Learning estates."""

__version__ = "0.1.0"
