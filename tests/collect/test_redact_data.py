"""Of datastores and connections only where they lead is kept."""

from __future__ import annotations

import json

import pytest

from scanner.collect.redaction.redact import redact
from scanner.evidence import UNKNOWN_KEY

WORKSPACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml"
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai"
PLAIN = "correct horse"
"""Looks like no secret: only its place tells."""


def kept(kind: str, **properties: object) -> object:
    row = {"id": f"{WORKSPACE}/{kind}/one", "name": "one", "tags": {"note": PLAIN}, "properties": properties}
    found = redact(row)
    assert PLAIN not in json.dumps(found)
    return found["properties"]


def test_credentials_of_a_datastore_are_left_out_whatever_they_are() -> None:
    place = {"datastoreType": "AzureBlob", "accountName": "stlake", "containerName": "c", "subscriptionId": "s"}
    credentials = {"credentialsType": "AccountKey", "secrets": {"key": PLAIN}}

    assert kept("datastores", **place, credentials=credentials, description=PLAIN, properties={"x": PLAIN}) == place


def test_of_a_connection_only_where_it_leads_stays() -> None:
    place = {"category": "AIServices", "target": "https://ai.openai.azure.com/", "authType": "ApiKey"}
    secret = {"credentials": {"key": PLAIN}, "value": json.dumps({"key": PLAIN}), "sharedUserList": [PLAIN]}

    found = kept("connections", **place, **secret, metadata={"resourceId": ACCOUNT, "note": PLAIN})

    assert found == {**place, "metadata": {"resourceId": ACCOUNT}}


@pytest.mark.parametrize(
    "target", [f"https://maps.example/?key={PLAIN}", f"https://acct.blob.core.windows.net/c?sig={PLAIN}"]
)
def test_address_is_cut_before_its_query(target: str) -> None:
    assert kept("connections", target=target) == {"target": target.partition("?")[0]}


def test_connection_string_with_a_password_is_taken_out_whole() -> None:
    target = "Server=tcp:sql-ml.database.windows.net;User ID=sa;Password=Tr0ub4dor-and-3"

    assert "Tr0ub4dor" not in json.dumps(
        redact({"id": f"{WORKSPACE}/connections/one", "properties": {"target": target}})
    )


def test_what_was_not_read_stays_unknown() -> None:
    unread = {UNKNOWN_KEY: "it was not read"}

    assert kept("datastores", **unread) == unread
    assert kept("connections", metadata=unread, category=unread) == {"metadata": unread, "category": unread}


def test_other_kinds_keep_their_properties() -> None:
    row = {"id": f"{WORKSPACE}/computes/one", "properties": {"description": "a cluster"}}

    assert redact(row) == row
