"""The names by which browsers reach compute instances.

Source: https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2024-06-05): each instance has a name of
its own, which has to lead to the workspace's private endpoint, not to the instance. No private zone is kept for such
names; servers other than Azure's have to forward their domain to Azure-provided DNS, or hold records for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from scanner.domain.dns_names import normal
from scanner.evidence import MissingEvidence

_DOMAINS = {"public": "instances.azureml.ms", "usgov": "instances.azureml.us", "china": "instances.azureml.cn"}
"""By cloud; other pages, and the list of forwarders of older editions, spell the first instances.ml.azure.ms."""


def hosts_of(uris: Iterable[str], name: str, region: str, cloud: str) -> tuple[str, ...]:
    """Return the host names of an instance: those of its applications' addresses, else the one that is documented.

    Raises MissingEvidence for a cloud of which no document tells the domain.
    """
    shown = (_host(each) for each in uris)
    found = tuple(dict.fromkeys(normal(each) for each in shown if each))
    if found:
        return found
    if cloud not in _DOMAINS:
        raise MissingEvidence(f"no document says what compute instances are called in cloud {cloud!r}")
    return (normal(f"{name}.{region}.{_DOMAINS[cloud]}"),)


def _host(uri: str) -> str | None:
    try:
        return urlsplit(uri).hostname
    except ValueError as error:
        raise MissingEvidence("the address of an application of the instance is none") from error
