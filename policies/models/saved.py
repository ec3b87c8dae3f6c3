"""What readers keep for themselves: no curated record, so it has no revision and no history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from policies import querysets
from policies.models.fields import TextColumn, length_constraint

NAME_LENGTH = 80
QUERY_LENGTH = 2000


class SavedView(models.Model):
    """The address of a list under a name: the owner's own, or ``shared`` with all readers.

    ``query`` is the address after the ``?``. It is read anew each time it is opened: what is no
    longer accepted in it is an error then.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list = TextColumn(max_length=40)
    name = TextColumn(max_length=NAME_LENGTH)
    query = TextColumn(max_length=QUERY_LENGTH, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = querysets.SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="savedview_unique"),
            models.CheckConstraint(condition=~Q(list="") & ~Q(name=""), name="savedview_named"),
            length_constraint("savedview_lengths", list=40, name=NAME_LENGTH, query=QUERY_LENGTH),
        ]
        indexes = [models.Index(fields=["list", "shared"], name="savedview_of_list")]

    def __str__(self) -> str:
        return self.name
