"""What a caller may read, by its role assignments: a list that answers 200 with fewer rows, and where it is 403.

A list of a subscription shows the rows that the caller may read, without a word of the others: roles on resource groups
and resources count (https://github.com/projectkudu/AzureResourceExplorer/issues/254, whose pages are filtered after
they are cut, so that an empty one may lead to more; https://github.com/Azure/azure-sdk-for-python/issues/22873, which
is empty). Below that the action must be held on the scope that is asked for, or above it: a list of a group
(https://github.com/Azure/CloudShell/issues/561, 2025; https://github.com/Azure/azure-sdk-for-go/issues/3117), children
of a resource, an item (https://github.com/MicrosoftDocs/azure-docs/issues/77897).

Sources disagree, so that a switch says which of them is followed:
- a subscription in which nothing is held answers its lists with 403
  (https://github.com/Azure/azure-sdk-for-java/issues/550, 2015; https://github.com/shibayan/appservice-acmebot/issues/241,
  2020), or is not found (https://errorreference.com/errors/azure/SubscriptionNotFound);
- a list of a group that may not be read is 403 as above, or empty
  (https://github.com/Azure/azure-sdk-for-go/issues/14110, 2021).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from scanner.simulator import answers
from scanner.simulator.grants import Grant, Grants, action_for
from scanner.simulator.target import Target, read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.simulator.answers import Answer
    from scanner.simulator.estate import Resource

_SUBSCRIPTIONS = "microsoft.resources/subscriptions"
_PERMISSIONS = "microsoft.authorization/permissions"
_DEFINITIONS = "microsoft.authorization/roledefinitions"


class Denial(Enum):
    """How a caller is told that it may not read."""

    FORBIDDEN = "403 AuthorizationFailed"
    NOT_FOUND = "404 SubscriptionNotFound"
    EMPTY = "200 and no rows; what is no list is forbidden"


@dataclass(frozen=True, slots=True)
class Rights:
    """The caller's role assignments; nothing else is allowed, and no assignment denies.

    `stranger` is what a subscription says in which the caller holds nothing, `group_lists` what a list of a resource
    group says that the caller may not read. Actions beyond `limit` are not held anywhere, whatever is granted.
    """

    grants: Sequence[Grant] = ()
    stranger: Denial = Denial.FORBIDDEN
    group_lists: Denial = Denial.FORBIDDEN
    limit: Grants = field(default_factory=Grants)

    def knows(self, subscription: str) -> bool:
        """Say whether the caller holds anything in a subscription, on it or above it: else it is not listed.

        The list is of the tenant and shows what the caller has: https://github.com/Azure/azure-sdk-for-python/issues/40403
        """
        return any(grant.touches(f"/subscriptions/{subscription}") for grant in self.grants)

    def held_at(self, scope: str) -> list[Grant]:
        """Return the assignments that hold at a scope: those on it and above it."""
        return [grant for grant in self.grants if grant.covers(scope)]

    def shows(self, resource: Resource) -> bool:
        """Say whether a row may be read."""
        target = read_target(str(resource["id"]))
        if target.type.lower() == _SUBSCRIPTIONS:
            return self.knows(target.name)
        return self._allows(target, target.path)

    def visible(self, target: Target, rows: Sequence[Resource]) -> Sequence[Resource]:
        """Leave out the rows of a list that may not be read."""
        whole = target.subscription is not None and self._allows(target, target.scope)
        return rows if whole else [row for row in rows if self.shows(row)]

    def refusal(self, target: Target) -> Answer | None:
        """Say that a target may not be read, None where it may, or where its rows alone are left out."""
        if target.subscription is not None and not self.knows(target.subscription):
            return self._to_a_stranger(target)
        if shows_its_rows(target) or (self.limit.allow(target) and self._may_be_asked(target)):
            return None
        is_group_list = target.is_list and target.parent is None
        empty = is_group_list and self.group_lists is Denial.EMPTY
        return None if empty else answers.forbidden(target)

    def _to_a_stranger(self, target: Target) -> Answer | None:
        if self.stranger is Denial.NOT_FOUND:
            return answers.no_subscription(target)
        is_list = shows_its_rows(target) or target.type.lower() == _PERMISSIONS
        empty = self.stranger is Denial.EMPTY and is_list
        return None if empty else answers.forbidden(target)

    def _may_be_asked(self, target: Target) -> bool:
        """Say whether a target is served. That for a subscription any role in it is enough is not verified."""
        is_open = action_for(target) is None or target.type.lower() in {_SUBSCRIPTIONS, _PERMISSIONS}
        return is_open or self._allows(target, target.scope)

    def _allows(self, target: Target, scope: str) -> bool:
        action = action_for(target)
        # Definitions of roles lie above all scopes, and are shown as each subscription's: a role anywhere reads them
        # (not verified).
        anywhere = target.subscription is None and target.type.lower() == _DEFINITIONS
        return self.limit.allow(target) and any(
            action is not None and grant.allows(action) for grant in self.grants if anywhere or grant.covers(scope)
        )


def shows_its_rows(target: Target) -> bool:
    """Say whether a target is a list of a subscription, which leaves out what may not be read and refuses nothing."""
    is_list = target.is_list and target.parent is None and target.type.lower() != _PERMISSIONS
    return is_list and target.subscription is not None and target.group is None
