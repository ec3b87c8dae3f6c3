"""Every answer names the one revision that it shows, whatever its shape is."""

import pytest

from policies.models import Revision
from tests.factories import make_license, make_model, make_route, save

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/api/explore/text-models",
    "/api/explore/search?q=a",
    "/api/v1/models",
    "/api/models/a/providers",
    "/api/v1/routes",
    "/api/v1/licenses",
    "/api/v1/manifest",
    "/api/v1/explain?model=a",
    "/api/v1/changes?since=1",
    "/api/export?format=csv",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_names_the_revision(get, address):
    license = make_license()
    make_route(make_model("a", license))
    first = Revision.objects.current_number()
    response = get(address)
    assert response.status_code == 200
    assert response.headers["Nanopolicy-Revision"] == str(first)

    again = get(address, **{"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.headers["Nanopolicy-Revision"]) == (304, str(first))
    save(license, note="Another note.")
    assert get(address).headers["Nanopolicy-Revision"] == str(first + 1)


def test_it_names_the_revision_of_a_past_moment(get):
    license = make_license()
    make_model("a", license)
    first = Revision.objects.current_number()
    save(license, note="Another note.")

    for address in ("/api/v1/models", "/api/export"):
        response = get(f"{address}?as_of=r{first}")
        assert response.headers["Nanopolicy-Revision"] == str(first)


def test_it_names_the_revision_of_what_was_asked_by_post(client, public):
    make_model("a", make_license())
    asked = {"pairs": [{"model": "a", "provider": "p"}]}
    response = client.post("/api/v1/check", asked, content_type="application/json")

    assert response.status_code == 200, response.content
    assert response.headers["Nanopolicy-Revision"] == str(Revision.objects.current_number())


def test_it_names_none_where_no_answer_is_given(get):
    assert get("/api/v1/models").headers["Nanopolicy-Revision"] == "0"
    for address in ("/api/v1/models?x=1", "/api/nothing"):
        assert "Nanopolicy-Revision" not in get(address).headers
