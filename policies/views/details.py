"""One page for one model, route or provider, and what the pages of documents share with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from policies.bases import Status
from policies.filters import Contract
from policies.filters.contract import ALL
from policies.filters.within import PageContract, RoutesWithin
from policies.models import Provider, Route, TextModel
from policies.trace import binding_conditions, trace_of
from policies.views import pairs, past
from policies.views.asking import Input, asked
from policies.views.base import Page
from policies.views.listing import explained
from policies.views.serving import exceptions_of, owners_of
from policies.views.words import known_from

ALIASES_SHOWN = 4


class DetailPage(Page, TemplateView):
    """A page on one record; ``found`` adds what it shows. A wrong address shows what is wrong alone."""

    admin_name = ""
    contract_class: ClassVar[type[Contract]] = PageContract
    contract: Contract

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """No record's name holds a NUL, and PostgreSQL refuses to be asked for one."""
        if any("\0" in str(part) for part in kwargs.values()):
            raise Http404("Nothing is recorded under a name with a NUL.")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, where a curator edits it, its versions, and what the subclass adds."""
        record = self.get_object()
        self.contract = self.asked_of(record)
        problems = [explained(found, self.contract) for found in self.contract.problems]
        if problems:
            return super().get_context_data(title=str(record), problems=problems, **kwargs)
        context = super().get_context_data(**kwargs, **self.found(record))
        staff = bool(self.request.user.is_staff)
        context["staff"] = staff
        if staff:
            context["edit_url"] = reverse(
                f"admin:policies_{self.admin_name}_change", args=[record.pk]
            )
        return context

    def get_template_names(self) -> list[str]:
        """The record's page, or the one that says what is wrong with the address."""
        return ["policies/mistaken.html"] if self.contract.problems else [self.template_name or ""]

    def asked_of(self, record: Any) -> Contract:
        """The contract's reading of the address of this record's page."""
        return self.contract_class(self.request.GET, Route.objects.none())

    def get_object(self) -> Any:
        """The record that the address names, or 404."""
        raise NotImplementedError

    def found(self, record: Any) -> dict[str, Any]:
        """What the template shows of it."""
        raise NotImplementedError

    def versions(self, record: Any) -> dict[str, Any]:
        """The record's versions, as this reader may see them."""
        return past.versions(record, staff=bool(self.request.user.is_staff))


ROUTE_CHOICES = (
    ("status", "Status", dict(Status.choices)),
    ("available", "Available", {"true": "available", "false": "no longer available"}),
)
"""Parameter of a model's page → its label, and the words for its values."""


class ModelPage(DetailPage):
    """A model: its own answer, then its routes by answer and by what decides them."""

    section = "models"
    template_name = "policies/model.html"
    admin_name = "textmodel"
    contract_class = RoutesWithin
    contract: RoutesWithin

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Any other spelling leads to the canonical id, with the filters that were asked for."""
        asked = kwargs["canonical_id"]
        spelled = TextModel.objects.with_policy().select_related("policy__terms").spelled(asked)
        found = spelled.first()
        if found is None:
            raise Http404(f"No model is recorded as “{asked}”, under this or any other spelling.")
        if found.canonical_id != asked:
            query = request.GET.urlencode()
            return redirect(found.get_absolute_url() + (f"?{query}" if query else ""))
        self.record = found
        return super().get(request, *args, **kwargs)

    def get_object(self) -> TextModel:
        """The model, found by its spelling."""
        return self.record

    def found(self, record: TextModel) -> dict[str, Any]:
        """Answer, facts, routes grouped, and how they came to be."""
        aliases = [alias.name for alias in record.aliases.other_spellings().order_by("key")]
        routes = sorted(
            record.routes.with_policy(),
            key=lambda route: (route.provider.name.casefold(), route.provider_model_id),
        )
        return {
            "model": record,
            "conditions": binding_conditions(record.policy),
            "known_from": known_from(record.license_evidence),
            "inherited": record.license_id is None and record.policy.license_id is not None,
            "aliases": aliases[:ALIASES_SHOWN],
            "more_aliases": aliases[ALIASES_SHOWN:],
            "trace": trace_of(record.policy),
            "events": past.events(record, routes),
            **self.served(routes),
        }

    def inputs(self, routes: list[Route]) -> Iterator[Input]:
        """What the form of the routes asks for; each option tells how many it would show."""
        yield Input("q", "Provider", kind="search", hint="name or model id")
        for name, label, words in ROUTE_CHOICES:
            found = self.contract.options(name, routes)
            counted = {value: f"{word} ({found[value]:,})" for value, word in words.items()}
            yield Input(name, label, {ALL: "Any", **counted})

    def served(self, routes: list[Route]) -> dict[str, Any]:
        """The split of all routes, and those that are asked for by answer and by pair."""
        shown = [route for route in routes if self.contract.keeps(route)]
        return {
            "split": Counter(route.policy.status for route in routes),
            "routes_count": len(routes),
            "shown_count": len(shown),
            "groups": [
                group for group in pairs.by_status(shown) if group.count or not self.contract.given
            ],
            "given": self.contract.given,
            "asking": asked(self.inputs(routes), self.contract),
        }


class RoutePage(DetailPage):
    """A route: its answer, why, what is recorded of it, and how it came to be."""

    section = "routes"
    template_name = "policies/route.html"
    admin_name = "route"

    def get_object(self) -> Route:
        """The route by its number."""
        routes = Route.objects.with_policy().select_related("model__family", "provider__terms")
        return get_object_or_404(routes, pk=self.kwargs["pk"])

    def found(self, record: Route) -> dict[str, Any]:
        """Answer, trace, facts, history."""
        return {
            "route": record,
            "conditions": binding_conditions(record.policy),
            "ground": pairs.ground_of(record.policy),
            "trace": trace_of(record.policy),
            "known_from": known_from(record.model.license_evidence),
            "events": past.events(None, [record]),
            **self.versions(record),
        }


class ProviderPage(DetailPage):
    """A provider: its terms, the routes with terms of their own, and what it serves, by owner."""

    section = "providers"
    template_name = "policies/provider.html"
    admin_name = "provider"

    def get_object(self) -> Provider:
        """The provider by its slug."""
        return get_object_or_404(Provider.objects.select_related("terms"), slug=self.kwargs["slug"])

    def found(self, record: Provider) -> dict[str, Any]:
        """Its routes by answer, by pair and by owner, the exceptions, and its versions."""
        used = pairs.uses(provider=record)
        return {
            "provider": record,
            "uses": used,
            "prefix": f"provider={record.slug}&",
            "split": pairs.split_of(used),
            "routes_count": sum(use.routes for use in used),
            "exceptions": exceptions_of(record),
            "owners": owners_of(record),
            **self.versions(record),
        }
