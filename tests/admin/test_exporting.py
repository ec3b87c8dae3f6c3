"""Licenses and terms out of the admin, as the upload takes them back."""

from __future__ import annotations

import json
import re

import pytest

from policies.models import License, Revision
from tests.admin.pages import list_address
from tests.admin.test_importing import KINDS, text_of, upload
from tests.factories import (
    RESTRICTS,
    SILENT,
    make_license,
    make_terms,
)
from tests.records.files import rows_of

pytestmark = pytest.mark.django_db


class TestDownload:
    @pytest.mark.parametrize("model", KINDS)
    @pytest.mark.parametrize("format", ["csv", "json"])
    def test_it_downloads_what_the_upload_takes_back(self, curating, model, format):
        make_license("open")
        make_terms("terms")
        page = curating.get(list_address(model)).content.decode()
        address = list_address(model, f"export_{format}")
        assert f'href="{address}?"' in page
        answer = curating.get(address)
        number = Revision.objects.current_number()
        assert (
            answer["Content-Disposition"]
            == f'attachment; filename="{KINDS[model]}-{number}.{format}"'
        )
        shown = upload(curating, answer.content, to=list_address(model, "import"))
        assert "Nothing to import: all 1" in text_of(shown)

    def test_it_downloads_the_list_as_it_is_filtered(self, curating):
        make_license("open")
        make_license("closed", RESTRICTS)
        page = curating.get(list_address(License), {"basis__exact": RESTRICTS, "q": "clo"})
        (link,) = re.findall(r'href="([^"]+)">Download CSV', page.content.decode())
        content = curating.get(link.replace("&amp;", "&")).content
        assert [row["slug"] for row in rows_of(content)] == ["closed"]

    def test_it_downloads_more_than_a_page(self, curating):
        for number in range(51):
            make_license(f"license-{number}", SILENT)
        content = curating.get(list_address(License, "export_json")).content
        assert len(json.loads(content)["records"]) == 51

    def test_it_leads_a_wrong_filter_back_to_the_list(self, curating):
        make_license()
        answer = curating.get(list_address(License, "export_csv"), {"basis__exakt": "x"})
        assert (answer.status_code, answer["Location"]) == (302, list_address(License))

    def test_it_downloads_with_a_constant_number_of_queries(
        self, curating, django_assert_num_queries
    ):
        for number in range(3):
            make_license(f"license-{number}", SILENT)
            with django_assert_num_queries(7):
                curating.get(list_address(License, "export_csv"))
