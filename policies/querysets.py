"""The read vocabulary: every question that views, admin, API and exports ask of the tables."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from policies.bases import Status

_newest: dict[tuple[Any, ...], Any] = {}
"""The newest row → its object."""
NEWEST = """
SELECT number, CAST(at AS text), actor, user_id, reason, via, rules_version
FROM policies_revision ORDER BY number DESC LIMIT 1
"""
NEWEST_FIELDS = ("number", "at", "actor", "user_id", "reason", "via", "rules_version")


def _asked(sql: str) -> tuple[Any, ...] | None:
    """The first row, past Django's cursors, unless those are to log what is asked."""
    here: Any = connections[DEFAULT_DB_ALIAS]
    if here.queries_logged:
        with here.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()
    if here.vendor == "postgresql":
        return here.ask(sql)
    here.close_if_health_check_failed()
    here.ensure_connection()
    with here.wrap_database_errors:
        return here.connection.execute(sql).fetchone()


def fold(text: str) -> str:
    """The case-folded form in which spellings are compared and searched."""
    return text.strip().casefold()


def words_match(field: str, text: str) -> Q:
    """Every word of ``text`` is a substring of the case-folded column ``field``."""
    condition = Q()
    for word in fold(text).split():
        condition &= Q(**{f"{field}__contains": word})
    return condition


def _first_id(*columns: str) -> Coalesce:
    return Coalesce(*columns, Value(0), output_field=models.BigIntegerField())


def number_of(rows: QuerySet, column: str) -> Coalesce:
    """How many of ``rows`` name the outer row in ``column``: a count that joins nothing."""
    counted = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(counted.annotate(total=Count("pk")).values("total")), 0)


class SourceQuerySet(QuerySet):
    """Licenses or provider terms."""

    def with_usage(self) -> SourceQuerySet:
        """Annotate ``routes_count`` and ``models_count``: what the document's pairs govern."""
        tally = self.model._meta.apps.get_model("policies", "Tally")
        key = f"policy__{self.model.layer.value}"  # type: ignore[attr-defined]
        totals = tally.objects.filter(provider=None, **{key: OuterRef("pk")}).order_by()
        return self.annotate(
            **{
                f"{kind}_count": Coalesce(
                    Subquery(totals.values(key).annotate(total=models.Sum(column)).values("total")),
                    0,
                )
                for kind, column in (("routes", "routes"), ("models", "models_count"))
            }
        )

    def with_providers_count(self) -> SourceQuerySet:
        """Annotate ``providers_count``: the providers that these terms cover."""
        provider = self.model._meta.apps.get_model("policies", "Provider")
        return self.annotate(providers_count=number_of(provider.objects.all(), "terms"))


class FamilyQuerySet(QuerySet):
    """Families of models."""

    def with_usage(self) -> FamilyQuerySet:
        """Annotate ``models_count``: its members."""
        return self.annotate(models_count=Count("models"))


class TextModelQuerySet(QuerySet):
    """Text models."""

    def with_policy(self) -> TextModelQuerySet:
        """Fetch each model's answer and its effective license in the same query."""
        return self.select_related(
            "policy", "policy__license", "license", "family", "family__license"
        )

    def with_effective_license(self) -> TextModelQuerySet:
        """Annotate ``want_license``: the id of the model's own license, else its family's, else 0."""
        return self.annotate(want_license=_first_id("license_id", "family__license_id"))

    def with_routes_count(self) -> TextModelQuerySet:
        """Annotate ``routes_count``: the routes that serve each model."""
        route = self.model._meta.apps.get_model("policies", "Route")
        return self.annotate(routes_count=number_of(route.objects.all(), "model"))

    def search(self, text: str) -> TextModelQuerySet:
        """Every word is a substring, case-folded, of the id, the name or an alias."""
        return self.filter(words_match("search_text", text))

    def spelled(self, name: str) -> TextModelQuerySet:
        """The model that carries this spelling as id or alias, without regard to case."""
        return self.filter(aliases__key=fold(name))

    def with_status(self, status: Status | str) -> TextModelQuerySet:
        """Models whose own answer has this status."""
        return self.filter(policy__status=str(status))


class AliasQuerySet(QuerySet):
    """Spellings of model ids."""

    def other_spellings(self) -> AliasQuerySet:
        """Aliases other than the canonical id itself."""
        return self.exclude(name=F("model__canonical_id"))


class ProviderQuerySet(QuerySet):
    """Providers."""

    def with_usage(self) -> ProviderQuerySet:
        """Annotate ``routes_count`` and the routes by status from the tallies."""
        counts = {
            f"{status.value}_count": Coalesce(
                models.Sum("tallies__routes", filter=Q(tallies__policy__status=status.value)), 0
            )
            for status in Status
        }
        return self.annotate(routes_count=Coalesce(models.Sum("tallies__routes"), 0), **counts)


class RouteQuerySet(QuerySet):
    """Routes: one model at one provider."""

    def with_policy(self) -> RouteQuerySet:
        """Fetch each route's answer, documents, model and provider in the same query."""
        return self.select_related(
            "policy", "policy__license", "policy__terms", "model", "provider", "terms"
        )

    def with_effective_pair(self) -> RouteQuerySet:
        """Annotate ``want_license`` and ``want_terms``: ids of the documents that apply, or 0."""
        return self.annotate(
            want_license=_first_id("model__license_id", "model__family__license_id"),
            want_terms=_first_id("terms_id", "provider__terms_id"),
        )

    def search(self, text: str) -> RouteQuerySet:
        """Routes of the models that match; see ``TextModelQuerySet.search``."""
        if not text.strip():
            return self
        text_model = self.model._meta.apps.get_model("policies", "TextModel")
        return self.filter(model__in=text_model.objects.search(text).order_by())

    def mentioning(self, text: str) -> RouteQuerySet:
        """Every word is in the route's own id, its model's spellings, or its provider's names."""
        apps = self.model._meta.apps
        text_model = apps.get_model("policies", "TextModel").objects.order_by()
        provider = apps.get_model("policies", "Provider").objects.order_by()
        found = self
        for word in fold(text).split():
            named = Q(slug__contains=word) | Q(name__icontains=word)
            found = found.filter(
                Q(provider_model_id__icontains=word)
                | Q(model__in=text_model.search(word))
                | Q(provider__in=provider.filter(named))
            )
        return found

    def with_status(self, status: Status | str) -> RouteQuerySet:
        """Routes whose answer has this status."""
        return self.filter(policy__status=str(status))

    def split_by(self, column: str) -> dict[Any, dict[str, int]]:
        """Value of ``column`` → ``{status: routes}``, every status present: one grouped query."""
        split: dict[Any, dict[str, int]] = {}
        grouped = self.order_by().values_list(column, "policy__status")
        for value, status, count in grouped.annotate(total=Count("pk")):
            split.setdefault(value, dict.fromkeys(Status.values, 0))[status] = count
        return split


class PolicyQuerySet(QuerySet):
    """Resolved pairs."""

    def with_usage(self) -> PolicyQuerySet:
        """Annotate ``routes_count`` and ``models_count`` from the tallies."""
        tally = self.model._meta.apps.get_model("policies", "Tally")
        total = tally.objects.filter(policy=OuterRef("pk"), provider=None).order_by()
        return self.annotate(
            routes_count=Coalesce(Subquery(total.values("routes")), 0),
            models_count=Coalesce(Subquery(total.values("models_count")), 0),
        )

    def in_use(self) -> PolicyQuerySet:
        """Pairs at which a model or a route points today."""
        tally = self.model._meta.apps.get_model("policies", "Tally")
        used = tally.objects.filter(policy=OuterRef("pk"), provider=None).filter(
            Q(routes__gt=0) | Q(models_count__gt=0)
        )
        return self.filter(Exists(used))

    def of_pair(self, license_id: Any, terms_id: Any) -> PolicyQuerySet:
        """The row of one pair; 0, None or an expression may stand for either id."""
        return self.filter(license_key=license_id or 0, terms_key=terms_id or 0)


class RevisionQuerySet(QuerySet):
    """Committed changes."""

    def current(self) -> Any:
        """The newest revision, or None before the first."""
        return self.order_by("-number").first()

    def newest(self) -> Any:
        """``current()`` of all revisions, for what asks it at every answer.

        Asked of the driver: Django's own work takes several times as long as the row. While the row is
        what it was, so is the object, which is for reading.
        """
        row = _asked(NEWEST)
        if row is None:
            return None
        found = _newest.get(row)
        if found is None:
            _newest.clear()
            found = _newest[row] = self._of_texts(row)
        return found

    def _of_texts(self, row: tuple[Any, ...]) -> Any:
        fields: list[Any] = [self.model._meta.get_field(name) for name in NEWEST_FIELDS]
        values = [field.to_python(value) for field, value in zip(fields, row, strict=True)]
        if values[1].tzinfo is None:  # SQLite knows no zones; what is stored is UTC
            values[1] = values[1].replace(tzinfo=UTC)
        return self.model.from_db(self.db, NEWEST_FIELDS, values)

    def current_number(self) -> int:
        """The newest revision's number, or 0 before the first: one indexed row."""
        return self.order_by("-number").values_list("number", flat=True).first() or 0

    def with_extent(self) -> RevisionQuerySet:
        """Annotate ``changes_count`` and ``moves_count``: changed pairs, and what moved."""
        apps = self.model._meta.apps
        return self.annotate(
            **{
                f"{name}_count": number_of(apps.get_model("policies", table).objects, "revision")
                for name, table in (("changes", "PolicyChange"), ("moves", "Move"))
            }
        )


class PolicyChangeQuerySet(QuerySet):
    """Changes of pairs."""

    def flips(self) -> PolicyChangeQuerySet:
        """Changes that altered the status or the basis of an existing pair."""
        return self.exclude(before_status="").filter(
            ~Q(before_status=F("after_status")) | ~Q(before_basis=F("after_basis"))
        )


class TallyQuerySet(QuerySet):
    """Counts of routes and models per pair."""

    def totals(self) -> TallyQuerySet:
        """The rows that count over all providers."""
        return self.filter(provider=None)

    def of_providers(self) -> TallyQuerySet:
        """The rows that count one provider's routes."""
        return self.filter(provider__isnull=False, routes__gt=0)

    def by_status(self) -> dict[str, dict[str, int]]:
        """``{"routes": {status: n}, "models": {status: n}}`` over all providers; every status present."""
        counts = {kind: dict.fromkeys(Status.values, 0) for kind in ("routes", "models")}
        rows = self.totals().order_by().values("policy__status")
        for row in rows.annotate(r=models.Sum("routes"), m=models.Sum("models_count")):
            counts["routes"][row["policy__status"]] = row["r"]
            counts["models"][row["policy__status"]] = row["m"]
        return counts


class SavedViewQuerySet(QuerySet):
    """Saved views of lists."""

    def readable_by(self, user: Any) -> SavedViewQuerySet:
        """A user's own views, and those that are shared; of an anonymous reader the latter."""
        own = Q(owner=user.pk) if user.is_authenticated else Q()
        return self.filter(Q(shared=True) | own) if own else self.filter(shared=True)

    def deletable_by(self, user: Any) -> SavedViewQuerySet:
        """A user's own views; superusers delete any that they can read."""
        return self.readable_by(user) if user.is_superuser else self.filter(owner=user.pk)


class ApiTokenQuerySet(QuerySet):
    """Tokens of the API."""

    def called(self, name: str) -> ApiTokenQuerySet:
        """The token of this name or this beginning."""
        return self.filter(Q(name=name) | Q(prefix=name))
