"""Records that cannot both be right, or that should at least be seen side by side. Pure functions.

``documents`` are licenses and terms by (layer, id); ``pairs`` are rows as ``reading.tallied`` gives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from policies.bases import Basis, Layer, Status
from policies.duplicates import same_text
from policies.querysets import fold
from policies.worklist.items import Item, Kind, Ref, by_weight
from policies.worklist.notes import contradiction

Row = dict[str, Any]
Documents = Mapping[tuple[str, int | None], Any]


def permits_restricted(documents: Documents, pairs: Iterable[Row]) -> list[Item]:
    """Pairs in use whose terms permit what the license restricts."""
    found = []
    for pair in pairs:
        license = documents.get((Layer.LICENSE, pair["license"]))
        terms = documents.get((Layer.TERMS, pair["terms"]))
        if not (license and terms and pair["routes"]):
            continue
        if terms.status is Status.ALLOWED and license.status is Status.DISALLOWED:
            found.append(_permitted(license, terms, pair["routes"]))
    return by_weight(found)


def _permitted(license: Any, terms: Any, routes: int) -> Item:
    subject = "subject" if terms.subject_to_license else "not subject"
    answer = "disallowed" if terms.subject_to_license else "allowed"
    return Item(
        Kind.PERMITS_RESTRICTED,
        Ref.to(terms),
        f"It permits output use, and {license} restricts it. The permission is {subject} to the "
        f"model's license, so the answer is {answer}.",
        routes=routes,
        others=(Ref.to(license),),
        wanted=(("terms", terms.slug), ("license", license.slug)),
    )


def same_source(documents: Documents, pairs: Iterable[Row]) -> list[Item]:
    """Documents with one source URL whose bases differ."""
    sharing: dict[str, list[Any]] = defaultdict(list)
    for document in documents.values():
        if document.source_url:
            sharing[same_text(document.source_url)].append(document)
    pairs = list(pairs)
    found = []
    for address, group in sharing.items():
        if any(_differ(one, other) for one, other in combinations(group, 2)):
            first, *rest = sorted(group, key=lambda document: (document.layer, document.slug))
            bases = ", ".join(dict.fromkeys(document.basis for document in [first, *rest]))
            found.append(
                Item(
                    Kind.SAME_SOURCE,
                    Ref.to(first),
                    f"{len(group)} documents rest on {address}, with the bases {bases}.",
                    routes=_governed(group, pairs),
                    others=tuple(Ref.to(document) for document in rest),
                )
            )
    return by_weight(found)


def _differ(one: Any, other: Any) -> bool:
    """Whether two readings differ. A closed family's license rests on its owner's terms, and names
    their restriction by a basis of its own."""
    both_restrict = one.status is other.status is Status.DISALLOWED
    return one.basis != other.basis and not (both_restrict and one.layer is not other.layer)


def _governed(documents: Iterable[Any], pairs: Iterable[Row]) -> int:
    keys = {(document.layer, document.pk) for document in documents}
    return sum(
        pair["routes"]
        for pair in pairs
        if {(Layer.LICENSE, pair["license"]), (Layer.TERMS, pair["terms"])} & keys
    )


def mixed_owners(
    documents: Documents, owned: Iterable[Row], routes: Mapping[str, int]
) -> list[Item]:
    """Owners with models under open and under closed licenses.

    ``owned`` has owner, ``carried`` (a license's id) and models; ``routes`` those to all of an owner's.
    """
    sides: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in owned:
        license = documents.get((Layer.LICENSE, row["carried"]))
        if license:
            sides[row["owner"]][license.basis].append({**row, "document": license})
    found = []
    for owner, by_basis in sides.items():
        opened = by_basis[Basis.PERMISSIVE_OPEN_WEIGHTS]
        closed = by_basis[Basis.CLOSED_PROVIDER_RESTRICTION]
        if opened and closed:
            found.append(_mixed(owner, opened, closed, routes.get(owner, 0)))
    return by_weight(found)


def _mixed(owner: str, opened: list[Row], closed: list[Row], routes: int) -> Item:
    refs = [Ref.to(row["document"]) for row in (*closed, *opened)]
    free, shut = (sum(row["models"] for row in rows) for rows in (opened, closed))
    return Item(
        Kind.MIXED_OWNER,
        refs[0],
        f"{owner} has {free:,} model{_s(free)} under an open license and {shut:,} under a closed one.",
        routes=routes,
        models=free + shut,
        others=tuple(refs[1:]),
        wanted=(("owner", owner),),
    )


def contradicting_notes(documents: Documents, pairs: Iterable[Row]) -> list[Item]:
    """Documents whose note, or own label, says the opposite of their basis."""
    pairs = list(pairs)
    found = []
    for document in documents.values():
        for field in ("note", "label"):
            clause = contradiction(getattr(document, field), document.status)
            if clause:
                why = f"Its {field} says “{clause}”, and its basis is {document.basis}."
                found.append(
                    Item(Kind.NOTE, Ref.to(document), why, routes=_governed([document], pairs))
                )
                break
    return by_weight(found)


def family_licenses(documents: Documents, members: Iterable[Row]) -> list[Item]:
    """Licenses of members that are not their family's.

    ``members`` has family (id, slug and name), family_license, license, models and routes.
    """
    found = []
    for row in members:
        own, common = (
            documents[Layer.LICENSE, row[name]] for name in ("license", "family_license")
        )
        if own.pk != common.pk:
            found.append(
                Item(
                    Kind.FAMILY_LICENSE,
                    Ref("family", row["family"], row["family_name"]),
                    f"The family carries {common}; {row['models']:,} member{_s(row['models'])} "
                    f"carr{'ies' if row['models'] == 1 else 'y'} {own}.",
                    routes=row["routes"],
                    models=row["models"],
                    others=(Ref.to(common), Ref.to(own)),
                    wanted=(("family", row["family_slug"]), ("license", own.slug)),
                )
            )
    return by_weight(found)


def own_providers(owners: Iterable[str], providers: Iterable[Any]) -> dict[int, str]:
    """Provider id → the owner whose own provider it is, told by its name or its slug."""
    known = {_plain(owner): owner for owner in owners if owner}
    found = {}
    for provider in providers:
        owner = known.get(_plain(provider.name)) or known.get(_plain(provider.slug))
        if owner:
            found[provider.pk] = owner
    return found


def _plain(name: str) -> str:
    """``Mistral AI`` and ``Mistral``, ``MiniMax`` and ``minimax``, are one."""
    return fold(name).replace("-", " ").removesuffix(" ai")


def stricter_upstream(
    documents: Documents, passed: Iterable[Row], upstream: Mapping[int, str]
) -> list[Item]:
    """Routes of pass-through routers that the owner's own provider restricts.

    ``passed`` is what ``reading.passed_on`` gives; ``upstream`` says whose provider is whose.
    """
    found = []
    for row in passed:
        if upstream.get(row["upstream"]) != row["owner"]:
            continue
        terms = documents[Layer.TERMS, row["passing"]]
        theirs = documents.get((Layer.TERMS, row["upstream_terms"]))
        found.append(
            Item(
                Kind.PASS_THROUGH,
                Ref.to(terms),
                f"{row['router_name']} passes upstream terms on. {row['upstream_name']} restricts "
                f"{row['models']:,} of {row['owner']}'s models that are {row['status']} here.",
                routes=row["routes"],
                models=row["models"],
                others=(Ref.to(theirs),) if theirs else (),
                wanted=(
                    ("provider", row["router_slug"]),
                    ("owner", row["owner"]),
                    ("status", row["status"]),
                ),
                exact=False,
            )
        )
    return by_weight(found)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
