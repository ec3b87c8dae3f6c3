"""The curators' side: configuration of Django's admin, and one shared base that holds the door."""

from policies.admin import catalog, computed, sources, tokens, webhooks

__all__ = ["catalog", "computed", "sources", "tokens", "webhooks"]
