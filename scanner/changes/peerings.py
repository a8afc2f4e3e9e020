"""Changes that complete peerings."""

from __future__ import annotations

from scanner.checks.vnet_pairs import VnetPair
from scanner.domain.peering import sides
from scanner.engine.change import Change, Changes, Create, Delete, Edit, Stage, Sync
from scanner.estate.routes import routes
from scanner.evidence import Unknown
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Peering, PeeringState, PeeringSync

_KIND = "virtualNetworkPeerings"


def completes(pair: VnetPair, graph: Graph) -> Changes:
    """Offer both sides of a peering, made where one is missing and again where one is Disconnected, and in sync."""
    mine, theirs = sides(routes(graph), pair.aml, pair.access)
    if isinstance(mine, Unknown) or isinstance(theirs, Unknown):
        return
    made = [*_completed(mine, pair.aml, pair.access), *_completed(theirs, pair.access, pair.aml)]
    synced = [Sync(each.id) for each in (mine, theirs) if each is not None and _is_behind(each)]
    if made:
        says = f"peer {pair.aml.name} and {pair.access.name} in both directions"
        yield Change(says, pair.aml, (*made, *synced), Stage.WAY)
    elif synced:
        says = f"sync the peering of {pair.aml.name} and {pair.access.name}"
        yield Change(says, synced[0].target, tuple(synced), Stage.WAY)


def _is_behind(side: Peering) -> bool:
    """Tell whether a side that stays is out of sync; one that is made again learns the address space then."""
    return side.sync is not PeeringSync.IN_SYNC and side.state is not PeeringState.DISCONNECTED


def _completed(side: Peering | None, here: ArmId, there: ArmId) -> list[Edit]:
    """Return what a side lacks. A side that waits is completed by the other; one that lost its peer is made again."""
    if side is None:
        return [_made(ArmId(f"{here}/{_KIND}/peer-to-{there.name}"), there)]
    if side.state is PeeringState.DISCONNECTED:
        return [Delete(side.id), _made(side.id, there)]
    return []


def _made(at: ArmId, there: ArmId) -> Create:
    return Create(
        {
            "id": str(at),
            "name": at.name,
            "properties": {
                "remoteVirtualNetwork": {"id": str(there)},
                "allowVirtualNetworkAccess": True,
                "allowForwardedTraffic": True,
            },
        }
    )
