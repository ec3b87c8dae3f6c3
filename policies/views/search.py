"""The search over everything: models by any spelling, providers, licenses, terms and families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Length
from django.http import QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from policies.filters import DocumentContract, ProviderContract
from policies.filters.facets import NOT_SHOWN
from policies.filters.search import SearchContract
from policies.models import Family, License, ModelAlias, Provider, ProviderTerms, Route, TextModel
from policies.querysets import fold
from policies.views.base import Page
from policies.views.listing import explained

BEST = 10


class Group(NamedTuple):
    """The best hits of one kind, how many there are, and where all of them are listed."""

    kind: str
    noun: str
    rows: list[Any]
    total: int
    href: str


class Search(Page, TemplateView):
    """What is called so, by kind, the exact spellings first. It never redirects by itself."""

    template_name = "policies/search.html"
    title = "Search"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The hits, or what is wrong with the address; without a text the form alone."""
        contract = SearchContract(self.request.GET, TextModel.objects.none())
        text = "" if contract.problems else contract.search_text
        groups = found(text) if text else []
        exact = [row for group in groups for row in group.rows if getattr(row, "spelled", False)]
        return super().get_context_data(
            text=text,
            problems=[explained(problem, contract) for problem in contract.problems],
            groups=groups,
            exact=exact[0] if exact else None,
            total=sum(group.total for group in groups),
            **kwargs,
        )


def found(text: str) -> list[Group]:
    """Every kind of record that is called so: seven queries, whatever there is."""
    asked = QueryDict(mutable=True)
    asked["q"] = text
    documents = [
        (kind, noun, DocumentContract(asked, table.objects.defer(*NOT_SHOWN)).narrowed(["q"]), name)
        for kind, noun, table, name in (
            ("license", "license", License, "licenses"),
            ("terms", "provider terms", ProviderTerms, "terms-list"),
        )
    ]
    providers = ProviderContract(asked, Provider.objects.select_related("terms")).narrowed(["q"])
    families = DocumentContract(asked, Family.objects.select_related("license")).narrowed(["q"])
    return [
        _group("model", "model", _models(text), "models", text),
        _group("provider", "provider", _named(providers, text), "providers", text),
        *(
            _group(kind, noun, _named(rows, text), name, text)
            for kind, noun, rows, name in documents
        ),
        _group("family", "family", _named(families, text), "families", text),
    ]


def _group(kind: str, noun: str, rows: list[Any], listed: str, text: str) -> Group:
    href = f"{reverse(listed)}?{urlencode({'q': text})}"
    return Group(kind, noun, rows, rows[0].total if rows else 0, href)


def _ranked(rows: QuerySet, ranks: Iterable[Q], *order: Any) -> list[Any]:
    """The best rows in one query, each with ``rank`` and the ``total`` of all that were found."""
    cases = [When(condition, then=Value(place)) for place, condition in enumerate(ranks)]
    rank = Case(*cases, default=Value(len(cases)), output_field=IntegerField())
    counted = rows.annotate(rank=rank, total=Window(Count("pk")))
    return list(counted.order_by("rank", *order)[:BEST])


def _named(rows: QuerySet, text: str) -> list[Any]:
    """Records with a slug and a name: those called exactly so, then those that begin so."""
    exact = Q(slug__iexact=text) | Q(name__iexact=text)
    begun = Q(slug__istartswith=text) | Q(name__istartswith=text)
    return _ranked(rows, [exact, begun], "name", "slug")


def _models(text: str) -> list[TextModel]:
    """Models by id, name or alias, with the alias that matched and the split of their routes."""
    sought = fold(text)
    models = _ranked(
        TextModel.objects.search(text).select_related("policy", "policy__license"),
        _ranks_of_models(sought),
        Length("search_text").desc(),  # the more spellings, the better known
        "canonical_id",
    )
    keys = [model.pk for model in models]
    aliases = defaultdict(list)
    for alias in ModelAlias.objects.other_spellings().filter(model__in=keys).order_by("key"):
        aliases[alias.model_id].append(alias)
    splits = Route.objects.filter(model__in=keys).split_by("model_id")
    for model in models:
        model.spelled = model.rank == 0
        model.alias = matching_alias(model, aliases[model.pk], sought)
        model.split = splits.get(model.pk, {})
        model.routes_total = sum(model.split.values())
        model.routes_href = f"{reverse('routes')}?{urlencode({'model': model.canonical_id})}"
    return models


def _ranks_of_models(sought: str) -> list[Q]:
    """First the one spelled exactly so, then those named so, then those with a part that begins so."""
    spelled = ModelAlias.objects.filter(key=sought).order_by().values("model")
    named = Q(search_text__contains=f"\n{sought}\n") | Q(search_text__endswith=f"\n{sought}")
    begun = Q(search_text__startswith=sought) | Q(search_text__contains=f"/{sought}")
    return [Q(pk__in=spelled), named, begun]


def matching_alias(model: TextModel, aliases: Iterable[ModelAlias], sought: str) -> str:
    """The alias that explains the hit where id and name do not: it has most of what they lack."""
    own = fold(f"{model.canonical_id}\n{model.name}")
    exact = [alias.name for alias in aliases if alias.key == sought]
    if exact:
        return exact[0]
    lacking = [word for word in sought.split() if word not in own]
    scores = [(sum(word in alias.key for word in lacking), alias.name) for alias in aliases]
    best = max(scores, key=lambda score: score[0], default=(0, ""))
    return best[1] if best[0] else ""
