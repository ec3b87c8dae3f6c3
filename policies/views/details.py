"""One page for one model, route, license, terms or provider."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from policies.bases import Status
from policies.models import License, Provider, ProviderTerms, Route, TextModel
from policies.trace import binding_conditions, trace_of
from policies.views import pairs, past
from policies.views.base import Page
from policies.views.words import IN_CELL, known_from

MODELS_SHOWN = 25
ALIASES_SHOWN = 4


class DetailPage(Page, TemplateView):
    """A page on one record; ``found`` adds what it shows."""

    admin_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """No record's name holds a NUL, and PostgreSQL refuses to be asked for one."""
        if any("\0" in str(part) for part in kwargs.values()):
            raise Http404("Nothing is recorded under a name with a NUL.")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, where a curator edits it, its versions, and what the subclass adds."""
        record = self.get_object()
        context = super().get_context_data(**kwargs, **self.found(record))
        staff = bool(self.request.user.is_staff)
        context["staff"] = staff
        if staff:
            context["edit_url"] = reverse(
                f"admin:policies_{self.admin_name}_change", args=[record.pk]
            )
        return context

    def get_object(self) -> Any:
        """The record that the address names, or 404."""
        raise NotImplementedError

    def found(self, record: Any) -> dict[str, Any]:
        """What the template shows of it."""
        raise NotImplementedError

    def versions(self, record: Any) -> dict[str, Any]:
        """The record's versions, as this reader may see them."""
        return past.versions(record, staff=bool(self.request.user.is_staff))


class ModelPage(DetailPage):
    """A model: its own answer, then its routes by answer and by what decides them."""

    section = "models"
    template_name = "policies/model.html"
    admin_name = "textmodel"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Any other spelling leads to the canonical id."""
        asked = kwargs["canonical_id"]
        spelled = TextModel.objects.with_policy().select_related("policy__terms").spelled(asked)
        found = spelled.first()
        if found is None:
            raise Http404(f"No model is recorded as “{asked}”, under this or any other spelling.")
        if found.canonical_id != asked:
            return redirect(found)
        self.record = found
        return super().get(request, *args, **kwargs)

    def get_object(self) -> TextModel:
        """The model, found by its spelling."""
        return self.record

    def found(self, record: TextModel) -> dict[str, Any]:
        """Answer, facts, routes grouped, and how they came to be."""
        routes = sorted(
            record.routes.with_policy(),
            key=lambda route: (route.provider.name.casefold(), route.provider_model_id),
        )
        aliases = [alias.name for alias in record.aliases.other_spellings().order_by("key")]
        groups = pairs.by_status(routes)
        return {
            "model": record,
            "conditions": binding_conditions(record.policy),
            "known_from": known_from(record.license_evidence),
            "inherited": record.license_id is None and record.policy.license_id is not None,
            "aliases": aliases[:ALIASES_SHOWN],
            "more_aliases": aliases[ALIASES_SHOWN:],
            "groups": groups,
            "routes_count": len(routes),
            "split": {group.status.value: group.count for group in groups},
            "trace": trace_of(record.policy),
            "events": past.events(record, routes),
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


class DocumentPage(DetailPage):
    """What licenses and provider terms show alike: reading, text, conditions, use, versions."""

    column = ""

    def found(self, record: Any) -> dict[str, Any]:
        """The record, the pairs that it governs, and what its versions flipped."""
        used = pairs.uses(**{f"policy__{self.column}": record})
        versions = self.versions(record)
        return {
            "document": record,
            "conditions": record.conditions,
            "binding": record.conditions if record.status is Status.ALLOWED else [],
            "uses": [use for use in used if use.routes],
            "split": pairs.split_of(used),
            "routes_count": sum(use.routes for use in used),
            "models_count": sum(use.models for use in used),
            "caused": past.caused(self.column, record, versions["revisions"]),
            **versions,
        }


class LicensePage(DocumentPage):
    """A license and what it governs."""

    section = "licenses"
    template_name = "policies/license.html"
    admin_name = "license"
    column = "license"

    def get_object(self) -> License:
        """The license by its slug."""
        return get_object_or_404(License, slug=self.kwargs["slug"])

    def found(self, record: License) -> dict[str, Any]:
        """Adds the models that carry it, the most served first."""
        models = TextModel.objects.filter(policy__license=record).with_routes_count()
        shown = list(models.order_by("-routes_count", "canonical_id")[:MODELS_SHOWN])
        for model in shown:
            model.known_from = known_from(model.license_evidence, IN_CELL)
        return {**super().found(record), "models": shown, "families": record.families.all()}


class TermsPage(DocumentPage):
    """Provider terms and what they govern."""

    section = "terms"
    template_name = "policies/terms.html"
    admin_name = "providerterms"
    column = "terms"

    def get_object(self) -> ProviderTerms:
        """The terms by their slug."""
        return get_object_or_404(ProviderTerms, slug=self.kwargs["slug"])

    def found(self, record: ProviderTerms) -> dict[str, Any]:
        """Adds the providers whose routes they govern, by their own terms or by a route's."""
        governed = Q(terms=record) | Q(tallies__policy__terms=record, tallies__routes__gt=0)
        providers = Provider.objects.filter(governed).distinct().order_by("name", "slug")
        return {**super().found(record), "providers": providers}


class ProviderPage(DetailPage):
    """A provider: its terms, and the pairs that decide its routes."""

    section = "providers"
    template_name = "policies/provider.html"
    admin_name = "provider"

    def get_object(self) -> Provider:
        """The provider by its slug."""
        return get_object_or_404(Provider.objects.select_related("terms"), slug=self.kwargs["slug"])

    def found(self, record: Provider) -> dict[str, Any]:
        """Its routes by answer and by pair, and its versions."""
        used = pairs.uses(provider=record)
        return {
            "provider": record,
            "uses": used,
            "prefix": f"provider={record.slug}&",
            "split": pairs.split_of(used),
            "routes_count": sum(use.routes for use in used),
            **self.versions(record),
        }
