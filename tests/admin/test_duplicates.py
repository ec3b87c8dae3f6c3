"""Records that may be one recorded twice: flagged in the form before they are saved, and never refused."""

from __future__ import annotations

import pytest

from policies.duplicates import same_name, same_text, twins_of
from policies.models import Family, License, Provider, ProviderTerms, TextModel
from tests.admin.pages import (
    address,
    confirm,
    fields_of,
    is_impact,
    list_address,
    open_form,
    press_save,
)
from tests.factories import (
    ALLOWS,
    CLOSED,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

FLAG = "Nothing is saved yet: is this recorded already?"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.com/License",
        "HTTP://Example.COM/License/",
        "https://www.example.com/License#section-2",
        " https://example.com/License# ",
    ],
)
def test_it_knows_one_text_by_many_addresses(spelling):
    assert same_text(spelling) == "example.com/License"


def test_it_keeps_apart_what_are_different_texts():
    urls = ["https://a.b/x", "https://a.b/X", "https://a.b/x?v=2", "https://a.b/#/x", "https://a.b"]
    assert len({same_text(url) for url in urls}) == len(urls)


def test_it_knows_one_name_by_many_spellings():
    assert same_name(" MIT\u00a0 License ") == same_name("mit license")
    assert same_name("STRASSE") == same_name("Straße")
    assert same_name("Llama 3") != same_name("Llama 3.1")


@pytest.mark.django_db
class TestTwins:
    def test_it_finds_documents_of_the_same_layer_alone(self):
        one = make_license("one", name="Some License", source_url="https://x.example/l")
        make_terms("t", name="Some License", source_url="https://x.example/l")
        new = License(name="some license", source_url="http://x.example/l/")
        assert [(twin.record, twin.shares) for twin in twins_of(new)] == [
            (one, "name and source URL")
        ]
        assert twins_of(one) == []

    def test_it_takes_no_source_for_no_source_in_common(self):
        make_license("one", "provider-terms-unknown", source_url="")
        assert twins_of(License(name="two", source_url="")) == []

    @pytest.mark.parametrize(
        ("make", "table"),
        [(make_family, Family), (make_provider, Provider), (make_model, TextModel)],
    )
    def test_it_finds_families_providers_and_models_by_name(self, make, table):
        one = make(name="ÉCOLE 7B")
        make(name="École 7B Instruct")
        assert [twin.record for twin in twins_of(table(name="école 7b"))] == [one]

    def test_it_asks_once_whatever_there_is(self, django_assert_num_queries):
        for number in range(3):
            make_license(f"l-{number}", name="Same")
        with django_assert_num_queries(1):
            assert len(twins_of(License(name="same"))) == 3

    def test_it_says_nothing_of_routes(self):
        assert twins_of(make_route()) == []


@pytest.mark.django_db
class TestForms:
    NEW = {
        "name": "the license",
        "slug": "again",
        "basis": ALLOWS,
        "evidence": "none",
        "source_url": "https://elsewhere.example/",
    }

    def test_it_flags_a_new_document_then_saves_it_all_the_same(self, curating):
        known = make_license("known", name="The License")
        page = curating.post(list_address(License, "add"), self.NEW)
        text = page.content.decode()
        assert (page.status_code, FLAG in text) == (200, True)
        assert f'<a href="{address(known)}">The License</a>' in text
        assert "has the same name." in text
        assert "Please correct" not in text
        assert License.objects.count() == 1

        again = fields_of(page, "license_form")
        assert again["slug"] == "again"
        assert curating.post(list_address(License, "add"), again).status_code == 302
        assert License.objects.count() == 2

    def test_it_flags_another_twin_that_was_not_shown(self, curating):
        make_license("known", name="The License")
        make_license("other", source_url="https://other.example/text")
        page = curating.post(list_address(License, "add"), self.NEW)
        again = fields_of(page, "license_form") | {"source_url": "http://www.other.example/text/"}
        page = curating.post(list_address(License, "add"), again)
        assert FLAG in page.content.decode()
        assert "has the same source URL." in page.content.decode()

    def test_it_is_quiet_where_neither_name_nor_source_was_edited(self, curating):
        make_license("known", name="The License")
        record = make_license("twin", name="The License")
        page = curating.get(address(record)).content.decode()
        assert "Is this recorded twice?" in page
        assert press_save(curating, record, publisher="Somebody").status_code == 302

    def test_it_flags_before_it_shows_the_impact(self, curating):
        make_terms("known", source_url="https://x.example/terms")
        record = make_terms("mine")
        make_route(provider=make_provider(terms=record))
        edited = {"source_url": "https://x.example/terms#3", "basis": CLOSED}
        page = press_save(curating, record, **edited)
        assert FLAG in page.content.decode()
        page = curating.post(address(record), fields_of(page, "providerterms_form"))
        assert is_impact(page)
        assert confirm(curating, page, reason="Moved.").status_code == 302
        assert ProviderTerms.objects.get(slug="mine").basis == CLOSED

    def test_it_flags_a_model_of_a_name_that_exists(self, curating):
        make_model("owner/one", name="One 7B")
        other = make_model("else/one")
        page = press_save(curating, other, name="ONE 7b")
        assert '<span class="mono">owner/one</span> has the same name.' in page.content.decode()
        assert "_twins" not in open_form(curating, other)
