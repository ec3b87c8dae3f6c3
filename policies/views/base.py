"""What all pages share: one state from the first query to the last, and which state it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from policies.models import Revision
from policies.revisions import snapshot


class Page:
    """A page that reads one committed state; mix in before a Django view class.

    ``section`` marks the entry of the navigation, ``title`` is the heading.
    """

    section = ""
    title = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Render inside the snapshot too: templates run queries."""
        with snapshot():
            response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            if getattr(response, "is_rendered", True) is False:
                response.render()
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the revision shown, the section and the title."""
        return super().get_context_data(  # type: ignore[misc]
            **{
                "revision": Revision.objects.current(),
                "section": self.section,
                "title": self.title,
                **kwargs,
            }
        )
