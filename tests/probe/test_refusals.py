"""What an answer to an anonymous request says of the networks that a service lets in, as documents have it."""

from __future__ import annotations

import pytest

from scanner.probe.refusals import judged, path_for
from scanner.probe.shapes import Expect, Kind, Target


@pytest.mark.parametrize(
    ("group", "status", "code", "kind"),
    [
        ("blob", 403, "AuthorizationFailure", Kind.REFUSED),
        ("file", 403, "AuthorizationFailure", Kind.REFUSED),
        ("blob_secondary", 403, "AuthorizationFailure", Kind.REFUSED),
        ("file", 403, "AuthenticationFailed", Kind.ANSWERS),
        ("table", 401, "NoAuthenticationInformation", Kind.ANSWERS),
        ("web", 200, "", Kind.ANSWERS),
        ("web", 404, "WebContentNotFound", Kind.INCONCLUSIVE),
        ("blob", 403, "", Kind.INCONCLUSIVE),
        ("blob", 403, "AccountIsDisabled", Kind.INCONCLUSIVE),
        ("blob", 409, "PublicAccessNotPermitted", Kind.INCONCLUSIVE),
        ("queue", 400, "InvalidUri", Kind.INCONCLUSIVE),
        ("blob", 999, "", Kind.INCONCLUSIVE),
        ("registry", 403, "", Kind.REFUSED),
        ("registry", 401, "", Kind.ANSWERS),
        ("registry", 404, "", Kind.INCONCLUSIVE),
        ("vault", 403, "", Kind.REFUSED),
        ("vault", 401, "", Kind.INCONCLUSIVE),
        ("sql", 403, "", Kind.REFUSED),
        ("registry data", 403, "", Kind.INCONCLUSIVE),
        ("registry data", 401, "", Kind.INCONCLUSIVE),
        ("amlworkspace", 403, "", Kind.INCONCLUSIVE),
        ("amlworkspace", 302, "", Kind.INCONCLUSIVE),
        ("amlworkspace", 200, "", Kind.INCONCLUSIVE),
    ],
)
def test_only_what_is_said_of_the_network_is_taken_for_it(group: str, status: int, code: str, kind: Kind) -> None:
    sub_resource, _, part = group.partition(" ")
    name = f"x.westeurope.{part}.azurecr.io" if part else "x.azurecr.io"
    found, says = judged(Target(name, 443, "/x", sub_resource, Expect.REFUSED), status, code)

    assert found is kind
    assert says.startswith(f"HTTP {status}{f' {code}' if code else ''}: ")


def test_storage_is_asked_what_it_cannot_answer_without_looking_at_the_network() -> None:
    assert [path_for(each) for each in ("blob", "file", "queue", "queue_secondary")] == ["/?comp=list"] * 4
    assert path_for("table") == "/Tables"
    assert path_for("amlworkspace") == "/"
