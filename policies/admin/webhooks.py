"""Who is told of new revisions, and the log of what each was told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from policies.admin.base import PlainAdmin, ReadOnlyAdmin
from policies.admin.columns import NOTHING, column, count_link, iso
from policies.models import Delivery, Webhook
from policies.models.webhooks import new_secret
from policies.webhooks.targets import Refused, parse


class WebhookForm(forms.ModelForm):
    """Refuses an address that no message would be sent to."""

    def clean_url(self) -> str:
        """Without a look-up: what a name leads to is judged whenever a message is sent."""
        url: str = self.cleaned_data["url"]
        try:
            parse(url)
        except Refused as error:
            raise ValidationError(f"“{url}”: {error}", "refused") from None
        return url


@admin.register(Webhook)
class WebhookAdmin(PlainAdmin):
    """Addresses that are told of new revisions. A secret is shown when it is made and never again."""

    form = WebhookForm
    fields = ["name", "url", "event", "active"]
    list_display = ["name", "url", "event", "active", "last", "waiting_", "given_up_"]
    list_filter = ["active", "event"]
    search_fields = ["name", "url"]
    actions = ["renew"]
    help_texts = {
        "name": "Whose receiver it is.",
        "url": "A public https address that takes a POST of JSON; the server's own network is refused.",
        "event": "Revisions that change no answer are new sources, names or dates of reading.",
        "active": "Switched off, it is sent nothing, and what waits keeps waiting.",
    }

    def get_queryset(self, request: Any) -> Any:
        """With what became of its messages."""
        waits = Q(deliveries__next_attempt_at__isnull=False)
        gone = Q(deliveries__next_attempt_at=None, deliveries__delivered_at=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                last_at=Max("deliveries__delivered_at"),
                waiting=Count("deliveries", filter=waits),
                given_up=Count("deliveries", filter=gone),
            )
        )

    def save_model(self, request: Any, obj: Webhook, form: Any, change: bool) -> None:
        """A new one is signed for by whoever made it."""
        if not change:
            obj.created_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def response_add(self, request: Any, obj: Webhook, post_url_continue: Any = None) -> Any:
        """The page that shows the secret."""
        return self._shown_once(request, obj)

    @admin.action(description="Give a new secret (one at a time)", permissions=["change"])
    def renew(self, request: Any, queryset: Any) -> HttpResponse | None:
        """Replace the secret of the one webhook that is chosen, and show it."""
        if queryset.count() != 1:
            self.message_user(
                request, "Choose one webhook: a secret is shown once.", messages.ERROR
            )
            return None
        hook = queryset.get()
        hook.secret = new_secret()
        hook.save(update_fields=["secret"])
        self.log_change(request, hook, "Gave a new secret.")
        return self._shown_once(request, hook)

    def _shown_once(self, request: Any, hook: Webhook) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Secret of {hook}",
            "lead": "Give it to the receiver, which verifies with it that a message is ours. Every "
            "message is signed with it from now on.",
            "label": "Signing secret",
            "secret": hook.secret,
        }
        return TemplateResponse(request, "admin/policies/shown_once.html", context)

    @column("Last delivered (UTC)", order="last_at")
    def last(self, obj: Any) -> str:
        """When it last took a message."""
        return iso(obj.last_at)

    @column("Waiting", order="waiting")
    def waiting_(self, obj: Any) -> str:
        """Messages that it has not taken yet."""
        return count_link(obj.waiting, Delivery, webhook__id__exact=obj.pk, state="waiting")

    @column("Given up", order="given_up")
    def given_up_(self, obj: Any) -> str:
        """Messages that it never took."""
        return count_link(obj.given_up, Delivery, webhook__id__exact=obj.pk, state="given-up")


class StateFilter(admin.SimpleListFilter):
    """What became of a message."""

    title = "state"
    parameter_name = "state"
    states = {
        "waiting": Q(next_attempt_at__isnull=False),
        "delivered": Q(delivered_at__isnull=False),
        "given-up": Q(next_attempt_at=None, delivered_at=None),
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The three states."""
        return [(state, state.capitalize().replace("-", " ")) for state in self.states]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Those in the chosen state."""
        value = self.value()
        return queryset.filter(self.states[value]) if value in self.states else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every message of the last 30 days: to whom, how often it was tried, and what was answered."""

    list_display = ["revision", "webhook", "state", "attempts", "when", "last_status", "last_error"]
    list_display_links = ["revision"]
    list_filter = [StateFilter, "webhook"]
    list_select_related = ["webhook", "revision"]
    search_fields = ["webhook__name", "message", "last_error"]
    fields = [
        "message",
        "webhook",
        "revision",
        "state",
        "attempts",
        "created",
        "delivered",
        "next_attempt",
        "last_status",
        "last_error",
        "body",
    ]
    actions = ["send_again"]

    def has_resend_permission(self, request: Any) -> bool:
        """Who may change a webhook may have its messages sent."""
        return request.user.has_perm("policies.change_webhook")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Also the links from a webhook's numbers."""
        return lookup == "webhook__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.action(description="Send again", permissions=["resend"])
    def send_again(self, request: Any, queryset: Any) -> None:
        """Put the chosen messages into the outbox anew, the delivered ones as well."""
        found, now = list(queryset), timezone.now()
        for delivery in found:
            delivery.again(now)
        Delivery.objects.bulk_update(found, ["attempts", "next_attempt_at", "delivered_at"])
        noun = "message waits" if len(found) == 1 else "messages wait"
        self.message_user(request, f"{len(found):,} {noun} for the next pass of manage.py deliver.")

    @column("Created (UTC)")
    def created(self, obj: Any) -> str:
        """When the revision was committed."""
        return iso(obj.created_at)

    @column("Delivered (UTC)")
    def delivered(self, obj: Any) -> str:
        """When the receiver took it."""
        return iso(obj.delivered_at)

    @column("Next attempt (UTC)")
    def next_attempt(self, obj: Any) -> str:
        """When it is tried again."""
        return iso(obj.next_attempt_at)

    @column("When (UTC)", order="id")
    def when(self, obj: Any) -> str:
        """When it was taken, or when it is tried next."""
        if obj.delivered_at:
            return iso(obj.delivered_at)
        return f"next {iso(obj.next_attempt_at)}" if obj.next_attempt_at else NOTHING

    @column("State", order="delivered_at")
    def state(self, obj: Any) -> str:
        """Waiting, delivered or given up."""
        return obj.state
