"""Django REST framework: model serializers with the policy nested, pages by number."""

from typing import Any

from django.db.models import Prefetch
from django.urls import path
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer

from policies.models import Policy, Route, TextModel

PLAIN = {"authentication_classes": [], "permission_classes": [], "renderer_classes": [JSONRenderer]}


class PolicySerializer(serializers.ModelSerializer):
    """``distillationPolicy``."""

    sourceUrl = serializers.CharField(source="source_url")  # noqa: N815

    class Meta:
        model = Policy
        fields = ("status", "label", "basis", "sourceUrl", "note")


class ModelSerializer(serializers.ModelSerializer):
    """A record of the list of models."""

    id = serializers.CharField(source="canonical_id")
    owned_by = serializers.CharField(source="owner")
    family = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    license = serializers.CharField(source="policy.license.slug", default=None)
    distillationPolicy = PolicySerializer(source="policy")  # noqa: N815

    class Meta:
        model = TextModel
        fields = (
            "id",
            "name",
            "owned_by",
            "family",
            "license",
            "license_evidence",
            "distillationPolicy",
        )


class RouteSerializer(serializers.ModelSerializer):
    """A provider row."""

    provider = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    providerModelId = serializers.CharField(source="provider_model_id")  # noqa: N815
    terms = serializers.CharField(source="policy.terms.slug", default=None)
    distillationPolicy = PolicySerializer(source="policy")  # noqa: N815

    class Meta:
        model = Route
        fields = ("provider", "providerModelId", "available", "terms", "distillationPolicy")


class ProvidersSerializer(serializers.ModelSerializer):
    """A model with its provider rows."""

    canonicalId = serializers.CharField(source="canonical_id")  # noqa: N815
    displayName = serializers.CharField(source="name")  # noqa: N815
    supportsProviderSelection = serializers.SerializerMethodField()  # noqa: N815
    providers = RouteSerializer(source="routes", many=True)

    class Meta:
        model = TextModel
        fields = ("canonicalId", "displayName", "supportsProviderSelection", "providers")

    def get_supportsProviderSelection(self, model: Any) -> bool:
        """Whether a route can be used."""
        return any(route.available for route in model.routes.all())


class ExportSerializer(ModelSerializer):
    """A model with its spellings and provider rows."""

    aliases = serializers.SerializerMethodField()
    providers = RouteSerializer(source="routes", many=True)

    class Meta:
        model = TextModel
        fields = (
            "id",
            "name",
            "owned_by",
            "family",
            "license",
            "aliases",
            "distillationPolicy",
            "providers",
        )

    def get_aliases(self, model: Any) -> list[str]:
        """All but the id itself."""
        return sorted(a.name for a in model.aliases.all() if a.name != model.canonical_id)


class Pages(PageNumberPagination):
    """A hundred a page."""

    page_size = 100


ROUTES = Route.objects.select_related("provider", "policy__terms")
ROUTES_IN_ORDER = Prefetch("routes", ROUTES.order_by("provider__slug", "provider_model_id"))
MODELS = TextModel.objects.select_related("policy__license", "family").order_by("canonical_id")

models = generics.ListAPIView.as_view(
    queryset=MODELS, serializer_class=ModelSerializer, pagination_class=Pages, **PLAIN
)
providers = generics.RetrieveAPIView.as_view(
    queryset=TextModel.objects.prefetch_related(ROUTES_IN_ORDER),
    serializer_class=ProvidersSerializer,
    lookup_field="canonical_id",
    **PLAIN,
)
export = generics.ListAPIView.as_view(
    queryset=MODELS.prefetch_related(ROUTES_IN_ORDER, "aliases"),
    serializer_class=ExportSerializer,
    pagination_class=None,
    **PLAIN,
)

urlpatterns = [
    path("models", models),
    path("models/<path:canonical_id>/providers", providers),
    path("export", export),
]
