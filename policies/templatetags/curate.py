"""The admin's navigation and front page, in the order of a curator's work."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()

NAVIGATION = {
    "license": "Licenses",
    "providerterms": "Terms",
    "family": "Families",
    "textmodel": "Models",
    "provider": "Providers",
    "route": "Routes",
    "revision": "Revisions",
}
"""Model name → its word in the navigation."""

GROUPS = (
    (
        "Documents",
        "What was read: every answer rests on one of these.",
        ["license", "providerterms"],
    ),
    (
        "Catalog",
        "Which model carries which license, and who serves it under which terms.",
        ["family", "textmodel", "modelalias", "provider", "route"],
    ),
    (
        "What follows",
        "Computed from the records above; nobody edits it.",
        ["policy", "revision", "policychange", "move", "tally"],
    ),
    (
        "Clients",
        "Who asks the API with a token, and who is told of new revisions.",
        ["apitoken", "webhook", "delivery"],
    ),
)
"""Heading, hint and model names of each section of the front page."""


@register.simple_tag(takes_context=True)
def curate_nav(context: Any) -> list[dict[str, Any]]:
    """``[{"url", "label", "current"}]``: the worklist, and the lists that this user may open."""
    path = context["request"].path
    found = _models(context.get("available_apps") or [])
    entries = [
        (found[name]["admin_url"], label)
        for name, label in NAVIGATION.items()
        if name in found and found[name]["admin_url"]
    ]
    if entries:
        entries = [(reverse("admin:worklist"), "Worklist"), *entries]
    return [{"url": url, "label": label, "current": path.startswith(url)} for url, label in entries]


@register.simple_tag
def curate_sections(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``[{"heading", "hint", "models"}]``: our tables by kind, then other apps as they come."""
    found = _models(app_list)
    sections = [
        {
            "heading": heading,
            "hint": hint,
            "models": [found.pop(name) for name in names if name in found],
        }
        for heading, hint, names in GROUPS
    ]
    for app in app_list:
        if app["app_label"] != "policies":
            heading = "Accounts" if app["app_label"] == "auth" else app["name"]
            sections.append({"heading": heading, "hint": "", "models": app["models"]})
    return [section for section in sections if section["models"]]


def _models(app_list: list[dict[str, Any]]) -> dict[str, Any]:
    """Our tables by model name."""
    return {
        model["model"]._meta.model_name: model
        for app in app_list
        if app["app_label"] == "policies"
        for model in app["models"]
    }
