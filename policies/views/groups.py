"""The lists of families and of owners: what their models and routes are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import Count

from policies.bases import Status
from policies.filters import FamilyContract, Group, ListContract, OwnerContract, facets
from policies.filters.cells import Cells, group_cells
from policies.models import Family, Policy, Revision, TextModel
from policies.views.cached import per_revision
from policies.views.coverage import grouped
from policies.views.listpage import ListPage
from policies.views.lists import SPLIT_CELLS
from policies.views.served import Served, last_written, with_written


def owners() -> list[Group]:
    """Every owner of models; "" stands for the models of which none is recorded."""
    models, routes = _models("owner"), _served().splits("owner", _answers())
    return [Group(owner, owner, split, routes[owner]) for owner, split in models.items()]


def families() -> list[Group]:
    """Every family, those without models too."""
    models, routes = _models("family"), _served().splits("family", _answers())
    return [
        Group(
            family.slug,
            family.name,
            models[family.pk],
            routes[family.pk],
            *((license.slug, license.name, license.status.value) if license else ()),
        )
        for family in Family.objects.select_related("license").order_by("slug")
        for license in [family.license]
    ]


def _models(column: str) -> dict[Any, dict[str, int]]:
    counted = TextModel.objects.order_by().values_list(column, "policy__status")
    return grouped(counted.annotate(n=Count("pk")))


def _served() -> Served:
    return Served.read(last_written(with_written(Revision.objects.all()).current()))  # type: ignore[attr-defined]


def _answers() -> dict[int, str]:
    return dict(Policy.objects.order_by().values_list("pk", "status"))


class GroupList(ListPage):
    """Groups of models, counted once for each revision: counting reads every route."""

    compute: ClassVar[Callable[[], list[Group]]]

    def asked(self) -> ListContract:
        """The contract's reading of the address, over all groups."""
        kind = type(self)
        self.groups = per_revision(self.name, kind.compute)
        return self.contract_class(self.request.GET, self.groups)

    def everything(self) -> int:
        """All groups."""
        return len(self.groups)

    def cells(self, contract: Any) -> Cells:
        """Each group by itself."""
        return group_cells(contract)

    def rows(self, contract: ListContract, keys: Sequence[Any]) -> list[Group]:
        """The groups of these keys, in their order."""
        groups = {group.pk: group for group in self.groups}
        return [groups[key] for key in keys]

    def every(self, contract: ListContract) -> Iterator[Group]:
        """All groups that are meant."""
        yield from contract.ordered()


class OwnerList(GroupList):
    """Who makes the models: a company, a laboratory, a person."""

    name = "owners"
    section = "models"
    title = "Owners"
    template_name = "policies/owners.html"
    contract_class = OwnerContract
    noun = ("owner", "owners")
    searched = "Names were searched,"
    facets = [facets.HAS_MODELS]
    own_cells = SPLIT_CELLS | {"owner", "models", *(f"models_{s}" for s in Status.values)}
    compute = staticmethod(owners)


class FamilyList(GroupList):
    """Lines of models; a family's license covers the members that have none of their own."""

    name = "families"
    section = "models"
    title = "Families"
    template_name = "policies/families.html"
    contract_class = FamilyContract
    noun = ("family", "families")
    searched = "Names and slugs were searched,"
    facets = [facets.HAS_MODELS, facets.LICENSE]
    own_cells = SPLIT_CELLS | {"family", "license", "models"}
    compute = staticmethod(families)
