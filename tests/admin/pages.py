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
            box = given.get("type") == "checkbox"
            if not box or "checked" in given:
                self.data[name] = given.get("value", "on" if box else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self.data:
                self.data[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.data[name] = ""

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
    parser.data.pop("action", None)
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


def save_form(client: Client, record: Any, **changes: Any) -> Any:
    """Open a record's form, type the changes, save; the response (a redirect where it was saved)."""
    data = open_form(client, record) | changes
    return client.post(address(record), data)


def said(response: Any) -> list[str]:
    """The messages on the page that a response leads to."""
    return [str(message) for message in response.context["messages"]]
