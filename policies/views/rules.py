"""The rules, shown from the table that decides."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from policies.bases import LAYER_BASES, STANDARD_LABELS, Basis, Layer, Status
from policies.rules import RULES
from policies.views.base import Page


class Rules(Page, TemplateView):
    """The five rules in order, the bases and who may record them, and the standard labels."""

    template_name = "policies/rules.html"
    section = "rules"
    title = "Rules"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything from ``policies.rules`` and ``policies.bases``."""
        return super().get_context_data(
            rules=RULES,
            statuses=list(Status),
            bases=[{"basis": basis, "layers": basis.recorded_by} for basis in Basis],
            labels=[
                {"layer": layer, "basis": basis, "label": STANDARD_LABELS[layer, basis]}
                for layer in (Layer.LICENSE, Layer.TERMS)
                for basis in LAYER_BASES[layer]
            ],
            **kwargs,
        )
