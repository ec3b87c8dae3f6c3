"""One revision: who, when and why, the records that it wrote, and each answer that it flipped."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from policies.bases import Via
from policies.models import Revision
from policies.timeline.asked import Asked
from policies.timeline.past import history, summed
from policies.timeline.rows import flip_page
from policies.timeline.ways import EVERY
from policies.views.base import Page
from policies.views.flipped import SHOWN, told
from policies.views.written import records, with_counts

SUBJECTS = 100
"""Flips that are named here; the list of flips has all of them."""


class RevisionPage(Page, TemplateView):
    """One revision, in the same few queries whatever it wrote and moved."""

    template_name = "policies/revision.html"
    section = "revisions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The revision with its records' changed fields and its flips, named."""
        number = kwargs["number"]
        shown = with_counts(Revision.objects.filter(number=number)).first()
        if shown is None:
            raise Http404(f"There is no revision {number}.")
        asked = Asked(direction=EVERY, revision=shown.number)
        past = history()
        groups = asked.among(past)
        page = flip_page(asked, groups, SUBJECTS)
        return super().get_context_data(
            title=f"Revision {shown.number}",
            shown=shown,
            via=Via(shown.via).label,
            older=shown.number - 1,
            newer=shown.number + 1 if shown.number < past.number else 0,
            directions=summed(groups),
            count=sum(asked.number_in(row) for row in groups),
            columns=SHOWN,
            rows=[told(row) for row in page.rows],
            records=records(shown, staff=bool(self.request.user.is_staff)),
            **kwargs,
        )
