"""The tokens of the API: made here, shown once, revoked here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Q
from django.template.response import TemplateResponse
from django.utils import timezone

from policies.admin.base import PlainAdmin
from policies.admin.columns import column, iso
from policies.bases import TokenScope
from policies.models import ApiToken
from policies.models.tokens import GOOD_FOR


class UtcInput(forms.DateTimeInput):
    """A day and a time in one control of the browser's own; Django's two have one label."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TokenForm(forms.ModelForm):
    """Scopes as boxes, and an end that is not over yet."""

    scopes = forms.MultipleChoiceField(
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ.value],
        help_text="What may be asked with it.",
    )

    def clean_expires_at(self) -> Any:
        """A token that is over before it begins is a slip of the hand."""
        at = self.cleaned_data["expires_at"]
        if at is not None and at <= timezone.now():
            raise ValidationError(f"{iso(at)} UTC is past; accepted: a time to come, or none.")
        return at


class StateFilter(admin.SimpleListFilter):
    """What becomes of a request with the token."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The three states."""
        return [(state, state.capitalize()) for state in self._tests()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Those in the chosen state."""
        test = self._tests().get(self.value() or "")
        return queryset if test is None else queryset.filter(test)

    def _tests(self) -> dict[str, Q]:
        over = Q(expires_at__lte=timezone.now())
        return {
            "usable": Q(revoked_at=None) & ~over,
            "expired": Q(revoked_at=None) & over,
            "revoked": Q(revoked_at__isnull=False),
        }


@admin.register(ApiToken)
class TokenAdmin(PlainAdmin):
    """With which programs ask the API. A token is never edited: make another and revoke this one."""

    form = TokenForm
    formfield_overrides = {DateTimeField: {"form_class": forms.DateTimeField, "widget": UtcInput}}
    list_display = ["name", "prefix", "state_", "scopes_", "expires", "used", "created_by"]
    list_filter = [StateFilter]
    search_fields = ["name", "prefix", "created_by"]
    ordering = ["name"]
    actions = ["revoke"]
    help_texts = {
        "name": "Who or what asks with it, such as the name of a service.",
        "expires_at": "In UTC. Left empty, it is good until it is revoked.",
    }

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """What is chosen when it is made; later what is known of it."""
        if obj is None:
            return ["name", "scopes", "expires_at"]
        return ["name", "prefix", "state_", "scopes_", "expires", "used", "created", "revoked"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """All of it, once it is made."""
        return [] if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Of tokens in general, to revoke them; no single one is edited."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Never: a name in a log stays explained."""
        return False

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        """It ends unless that is taken out, as on the command line."""
        end = timezone.now().replace(second=0, microsecond=0) + GOOD_FOR
        return {"expires_at": end, **super().get_changeform_initial_data(request)}

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """With one button: whichever was pressed, the page that shows the text follows."""
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**buttons, **(extra_context or {})})

    def save_model(self, request: Any, obj: ApiToken, form: Any, change: bool) -> None:
        """It gets its text, which lives until it is shown."""
        request.issued = obj.issue(by=request.user.get_username())
        super().save_model(request, obj, form, change)

    def response_add(self, request: Any, obj: ApiToken, post_url_continue: Any = None) -> Any:
        """The page that shows the text: no message, which would lie in a cookie or a session."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Token {obj}",
            "lead": "Programs send it as “Authorization: Bearer …” with every request to the API.",
            "label": "Token",
            "secret": request.issued,
        }
        return TemplateResponse(request, "admin/policies/shown_once.html", context)

    @admin.action(description="Revoke for ever", permissions=["change"])
    def revoke(self, request: Any, queryset: Any) -> None:
        """Refuse the chosen tokens from now on."""
        now = timezone.now()
        revoked = [token for token in queryset if token.revoke(now)]
        for token in revoked:
            self.log_change(request, token, "Revoked.")
        noun = "token is" if len(revoked) == 1 else "tokens are"
        self.message_user(request, f"{len(revoked)} {noun} revoked.")

    @column("State", order="revoked_at")
    def state_(self, obj: ApiToken) -> str:
        """Whether a request with it is answered."""
        return obj.state(timezone.now())

    @column("Scopes")
    def scopes_(self, obj: ApiToken) -> str:
        """What may be asked with it."""
        return ", ".join(obj.scopes)

    @column("Expires (UTC)", order="expires_at")
    def expires(self, obj: ApiToken) -> str:
        """When it stops."""
        return iso(obj.expires_at) if obj.expires_at else "never"

    @column("Last used (UTC)", order="last_used_at")
    def used(self, obj: ApiToken) -> str:
        """To ten minutes."""
        return iso(obj.last_used_at)

    @column("Made (UTC)")
    def created(self, obj: ApiToken) -> str:
        """When it was made."""
        return iso(obj.created_at)

    @column("Revoked (UTC)")
    def revoked(self, obj: ApiToken) -> str:
        """When it was revoked."""
        return iso(obj.revoked_at)
