"""What runs in subnets that are delegated to it: GitHub's runners, container groups, container-app environments."""

from __future__ import annotations

from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import arm_id, at, many, part, text
from scanner.model.network import Reference
from scanner.model.resource import Resource, model


@model
class RunnerNetwork(Resource):
    """A subnet that GitHub puts the interfaces of its hosted runners in.

    https://docs.github.com/en/organizations/managing-organization-settings/configuring-private-networking-for-github-hosted-runners-in-your-organization
    (2026; the request that it tells to make).
    """

    TYPE: ClassVar[str] = "GitHub.Network/networkSettings"

    subnet: Maybe[ArmId] = at("properties.subnetId", arm_id)


@model
class GroupContainer:
    """A container of a group."""

    image: Maybe[str] = at("properties.image", text, absent="")


@model
class ContainerGroup(Resource):
    """A group of Azure Container Instances."""

    TYPE: ClassVar[str] = "Microsoft.ContainerInstance/containerGroups"

    subnets: Maybe[tuple[Reference, ...]] = at("properties.subnetIds", many(part(Reference)), absent=())
    containers: Maybe[tuple[GroupContainer, ...]] = at("properties.containers", many(part(GroupContainer)), absent=())


@model
class ContainerEnvironment(Resource):
    """An environment of Azure Container Apps; without a subnet it runs in a network of Microsoft's."""

    TYPE: ClassVar[str] = "Microsoft.App/managedEnvironments"

    subnet: Maybe[ArmId | None] = at("properties.vnetConfiguration.infrastructureSubnetId", arm_id, absent=None)


@model
class JobContainer:
    """A container of a job."""

    image: Maybe[str] = at("image", text, absent="")


@model
class Scaler:
    """What starts a job: the name of a KEDA scaler."""

    kind: Maybe[str] = at("type", text, absent="")


@model
class ContainerJob(Resource):
    """A job of Azure Container Apps."""

    TYPE: ClassVar[str] = "Microsoft.App/jobs"

    environment: Maybe[ArmId | None] = at("properties.environmentId", arm_id, absent=None)
    containers: Maybe[tuple[JobContainer, ...]] = at(
        "properties.template.containers", many(part(JobContainer)), absent=()
    )
    scalers: Maybe[tuple[Scaler, ...]] = at(
        "properties.configuration.eventTriggerConfig.scale.rules", many(part(Scaler)), absent=()
    )
