"""The directions in which an answer can flip: a closed vocabulary for addresses and forms."""

from __future__ import annotations

from itertools import permutations

from policies.bases import Basis, Status

EVERY = ""
"""Whatever flipped, what appeared too; not offered as a filter."""

ANY = "any"
BASIS = "basis"
APPEARED = "appeared"
VANISHED = "vanished"

DIRECTIONS: dict[str, str] = {
    ANY: "Any flip",
    **{
        f"{before.value}-{after.value}": f"{before.label} → {after.value}"
        for before, after in permutations(Status, 2)
    },
    BASIS: "Basis only",
    APPEARED: "Appeared",
    VANISHED: "Vanished",
}
"""Code → words. "Any" is every flip of an answer that stood before; what merely appeared is not one."""


def status_of(basis: str) -> str:
    """The status behind a basis; empty for no answer."""
    return Basis(basis).status.value if basis else ""


def goes(before: str, after: str, direction: str) -> bool:
    """Whether a flip from one basis to another (empty for no answer) has this direction."""
    if direction in (EVERY, ANY):
        return direction == EVERY or bool(before)
    if not before or not after:
        return direction == (VANISHED if before else APPEARED)
    was, now = status_of(before), status_of(after)
    return direction == (BASIS if was == now else f"{was}-{now}")


def sides(direction: str) -> tuple[list[str], list[str]]:
    """The bases before and after that a direction between two statuses allows."""
    was, _, now = direction.partition("-")
    return _bases(was), _bases(now)


def _bases(status: str) -> list[str]:
    return [basis.value for basis in Basis if basis.status == status]
