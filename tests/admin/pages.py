"""Reading the admin's pages as a browser would: what a form would post, what a page says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class _Form(HTMLParser):
    """Collects the successful controls of one form, by the form's id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data: dict[str, Any] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("id", "") == self.form_id
        if self.inside:
            self._control(tag, given, given.get("name", ""))

    def _control(self, tag: str, given: dict[str, Any], name: str) -> None:
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            box = given.get("type") in ("checkbox", "radio")
            if not box or "checked" in given:
                self._keep(name, given.get("value", "on" if box else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self.data:
                self.data[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.data[name] = ""

    def _keep(self, name: str, value: str) -> None:
        """A name that comes again has several values."""
        if name in self.data:
            earlier = self.data[name]
            self.data[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            self.data[name] = value

    def handle_data(self, data: str) -> None:
        if self._textarea and self.inside:
            self.data[self._textarea] += data.removeprefix("\n").removeprefix("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def fields_of(response: Any, form_id: str = "") -> dict[str, Any]:
    """What submitting the form on this page unchanged would post."""
    parser = _Form(form_id)
    parser.feed(response.content.decode())
    parser.data.pop("csrfmiddlewaretoken", None)
    if form_id == "changelist-form":
        parser.data.pop("action", None)  # only its own button makes use of it
    return parser.data


def address(record: Any, page: str = "change") -> str:
    """The address of a record's page in the admin."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}"
    return reverse(name, args=[record.pk])


def list_address(model: Any, page: str = "changelist") -> str:
    """The address of a table's list (or its add page) in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def open_form(client: Client, record: Any) -> dict[str, Any]:
    """The fields of a record's change form as it is shown now."""
    response = client.get(address(record))
    assert response.status_code == 200
    return fields_of(response, f"{record._meta.model_name}_form")


def press_save(client: Client, record: Any, **changes: Any) -> Any:
    """Open a record's form, type the changes, save; a redirect, or the page with the impact."""
    data = open_form(client, record) | changes
    return client.post(address(record), data)


def save_form(client: Client, record: Any, **changes: Any) -> Any:
    """The same, and confirm the impact where it is shown: then the response is a redirect."""
    response = press_save(client, record, **changes)
    return confirm(client, response) if is_impact(response) else response


def confirm(client: Client, response: Any, **changes: Any) -> Any:
    """On the page that shows what a save would do: give the reason (``reason=…``), press the button."""
    assert response.templates[0].name == "admin/policies/impact.html"
    data = fields_of(response, "impact_form") | changes
    return client.post(response.request["PATH_INFO"], data)


def is_impact(response: Any) -> bool:
    """Whether the response shows what would change instead of changing it."""
    return any(part.name == "admin/policies/impact.html" for part in response.templates)


def said(response: Any) -> list[str]:
    """The messages on the page that a response leads to."""
    return [str(message) for message in response.context["messages"]]
