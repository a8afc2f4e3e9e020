"""Views that a search found to be unsound, and that are sound now."""

from __future__ import annotations

from tests.soundness.hiding import Way, hidings_of
from tests.soundness.property import violations
from tests.soundness.views import view_of
from tests.soundness.worlds import World


def test_a_path_over_one_endpoint_is_no_pass_while_another_could_not_be_read() -> None:
    world = World("landing-zone", ("without privateDnsZones/privatelink.blob.core.windows.net/A/stmlmanaged",))
    every = [each for found in hidings_of(world).values() for each in found if each.way is Way.OPAQUE]
    (hidden,) = [each for each in every if each.scope.endswith("/privateendpoints/pe-stmlmanaged-blob")]

    assert list(violations(view_of(world, (hidden,)))) == []
