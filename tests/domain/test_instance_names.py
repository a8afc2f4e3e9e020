"""The names of compute instances: as their applications show them, else as documents do."""

from __future__ import annotations

import pytest

from scanner.domain.instance_names import hosts_of
from scanner.evidence import MissingEvidence


def test_addresses_of_applications_tell_the_name() -> None:
    uris = [
        "https://ci.westeurope.instances.azureml.ms/tree/",
        "https://CI.westeurope.instances.azureml.ms/lab",
        "https://ci-8787.westeurope.instances.azureml.ms/",
        "",
    ]

    assert hosts_of(uris, "ci", "westeurope", "public") == (
        "ci.westeurope.instances.azureml.ms",
        "ci-8787.westeurope.instances.azureml.ms",
    )


@pytest.mark.parametrize(
    ("cloud", "host"),
    [
        ("public", "ci.westeurope.instances.azureml.ms"),
        ("usgov", "ci.westeurope.instances.azureml.us"),
        ("china", "ci.westeurope.instances.azureml.cn"),
    ],
)
def test_an_instance_that_never_ran_is_called_as_its_cloud_does(cloud: str, host: str) -> None:
    assert hosts_of([], "CI", "westeurope", cloud) == (host,)


def test_in_another_cloud_the_name_is_not_known() -> None:
    with pytest.raises(MissingEvidence):
        hosts_of([], "ci", "westeurope", "elsewhere")
