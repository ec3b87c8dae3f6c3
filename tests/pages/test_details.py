"""The pages of single records as visitors see them."""

import pytest

from policies.models import Route, TextModel
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

SECRET = "Counsel thinks otherwise"


def make_world(routes=3):
    """One open model at ``routes`` providers: the first restricts, the second permits, others are silent."""
    with editing():
        license = make_license(
            "open-1.0", ALLOWS, name="Open License", quote="You may train models.", note="Broad grant.",
            quote_section="2", evidence="text-read", internal_note=SECRET,
            conditions=[{"kind": "naming", "detail": "Names start with Open"}],
        )  # fmt: skip
        terms = [
            make_terms("bans", RESTRICTS, name="Strict terms", internal_note=SECRET),
            make_terms("permits", PERMITS, name="Liberal terms"),
            make_terms("silent", SILENT, name="Quiet terms"),
        ]
        family = make_family("line", license, internal_note=SECRET)
        model = make_model(
            "lab/open-7b", name="Open 7B", owner="Lab", family=family, license_evidence="secondary",
            license_note="Stated by a reseller.", license_source_url="https://hub.example/open",
            context_length=131072, aliases=["Lab-Open-7B", "open:free", "o1", "o2", "o3"],
        )  # fmt: skip
        for n in range(routes):
            host = make_provider(
                f"host-{n}", terms[min(n, 2)], name=f"Host {n}", internal_note=SECRET
            )
            make_route(model, host, provider_model_id=f"open-at-{n}")
    return model


def pages():
    """The address of each kind of page."""
    return [
        "/models/lab/open-7b/",
        Route.objects.get(provider__slug="host-0").get_absolute_url(),
        "/licenses/open-1.0/",
        "/terms/bans/",
        "/providers/host-0/",
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_it_costs_the_same_queries_however_much_there_is(
    size, client, settings, django_assert_num_queries
):
    """Written as literals, so that one more is a decision."""
    settings.PUBLIC_READ = True
    make_world(size)
    for address, queries in zip(pages(), [8, 8, 9, 8, 7], strict=True):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_it_shows_a_models_answer_and_how_its_license_is_known(visit):
    """What the license says stands beside how far the knowledge of it reaches."""
    make_world()
    words = visit("/models/lab/open-7b/").main()
    assert "Allowed with 1 condition License permits distillation. Broad grant." in words
    assert "License Open License (of the family)" in words
    assert "Known from a secondary source, hub.example ↗Stated by a reseller." in words
    assert "Context 131,072 tokens" in words
    assert "1 more alias" in words


def test_it_groups_a_models_routes_by_answer_and_pair_with_one_trace_each(visit):
    """Rule, document, quote and providers stand together."""
    make_world(4)
    page = visit("/models/lab/open-7b/")
    groups = page.find("table", "routes")
    assert len(groups) == 2
    assert len(page.find("ol", "trace")) == 1 + 3
    allowed, disallowed = page.text(groups[0]), page.text(groups[1])
    assert "Open License permits; Quiet terms are silent." in allowed
    assert "Liberal terms permit output use, subject to the license, which allows." in allowed
    assert allowed.index("Quiet terms") < allowed.index("Host 2") < allowed.index("Host 3")
    assert "Strict terms restrict output use. The license alone would allow." in disallowed
    assert "You may train models." in allowed
    assert "No quote is recorded" in disallowed
    assert "No route of this model is undecided." in page.main()
    assert "2 pairs of documents decide these routes." in page.main()
    assert "1 pair of documents decides these routes." in page.main()


def test_it_marks_routes_that_are_gone_or_deprecated(visit):
    """In words, in the row."""
    model = make_model("lab/old")
    make_route(model, provider_model_id="x", available=False)
    make_route(model, provider_model_id="y", lifecycle="deprecated")
    text = visit("/models/lab/old/").main()
    assert "no longer" in text
    assert "yes, deprecated" in text
    assert "No license and no provider terms are recorded." in text


@pytest.mark.parametrize(
    "spelling", ["LAB/OPEN-7B", "lab-open-7b", "OPEN:FREE", "lab%2FOpen-7b", "O1"]
)
def test_it_leads_from_any_spelling_to_the_canonical_address(spelling, client, settings):
    """Without regard to case."""
    settings.PUBLIC_READ = True
    make_world(1)
    response = client.get(f"/models/{spelling}/")
    assert response.status_code == 302
    assert response.url == "/models/lab/open-7b/"


@pytest.mark.parametrize(
    "address",
    [
        "/models/nobody/",
        "/routes/999/",
        "/licenses/none/",
        "/terms/none/",
        "/providers/none/",
        "/models/%00/",
        "/licenses/%00/",
        f"/routes/{10**30}/",
    ],
)
def test_it_answers_404_for_what_is_not_recorded(address, visit):
    """In the house's own page."""
    make_world(1)
    assert "Allowed" not in visit(address, status=404).main()


def test_it_explains_a_route_rule_by_rule(visit):
    """The deciding rule opens its document; later rules are not reached."""
    make_world()
    page = visit(Route.objects.get(provider__slug="host-2").get_absolute_url())
    steps = page.texts("li", "no") + page.texts("li", "hit") + page.texts("li", "skip")
    assert len(steps) == 5
    [hit] = page.texts("li", "hit")
    assert "3 The license allows, the provider is silent: decides" in hit
    assert "Open License You may train models. Section 2 Text read" in hit
    assert page.texts("li", "skip")[0].endswith("not reached")
    assert page.links()["All routes of the model"] == "/models/lab/open-7b/"
    assert "this route first recorded as allowed" in page.main()


def test_it_tells_of_a_models_routes_that_are_gone(visit):
    """Their flips were the model's; those of a route that is another model's now are told there."""
    model = make_world()
    gone, moved = model.routes.filter(provider__slug__in=["host-0", "host-1"]).order_by("pk")
    save(moved, model=make_model("lab/other"))
    with editing() as opened:
        opened.delete(gone)
    words = visit("/models/lab/open-7b/").main()
    assert "one route removed, disallowed until then." in words
    assert "one route first recorded as disallowed." in words
    assert "one route first recorded as allowed." in words


def test_it_tells_no_terms_from_silent_terms(visit):
    """Nobody has read them, against: they say nothing."""
    route = make_route(make_model("m", make_license("l")), make_provider("bare"))
    assert (
        "none recorded, which is not the same as silent terms"
        in visit(route.get_absolute_url()).main()
    )
    assert "No terms are recorded. Nobody has read them" in visit("/providers/bare/").main()


def test_it_says_whose_terms_decide_a_route_with_its_own(visit):
    """A route's own terms override its provider's."""
    own = make_terms("own", SILENT, name="Own terms")
    route = make_route(
        make_model("m", make_license("l")), make_provider("p", make_terms("bans")), terms=own
    )
    words = visit(route.get_absolute_url()).main()
    assert "Terms Own terms (of this route)" in words
    assert "Allowed" in words
    assert "some routes" in visit("/terms/own/").main()


@pytest.mark.parametrize(
    ("license_basis", "terms_basis", "subject", "sentence"),
    [
        (CLOSED, SILENT, True, "L restricts; T terms are silent."),
        (CLOSED, PERMITS, True, "L restricts; T terms permit, but only subject to the license."),
        (CLOSED, PERMITS, False, "T terms permit output use."),
        (CLOSED, RESTRICTS, True, "T terms restrict output use."),
        (SILENT, None, True, "L gives no clear signal; no terms are recorded for this provider."),
        (None, SILENT, True, "T terms say nothing clear of outputs; no license is recorded."),
        (None, None, True, "No license and no provider terms are recorded."),
    ],
)
def test_it_says_in_one_sentence_what_decided(license_basis, terms_basis, subject, sentence, visit):
    """The document that speaks comes first."""
    license = license_basis and make_license("l", license_basis, name="L")
    terms = terms_basis and make_terms("t", terms_basis, name="T terms", subject_to_license=subject)
    route = make_route(make_model("m", license), make_provider("p", terms))
    assert sentence in visit(route.get_absolute_url()).main()


def test_it_shows_a_license_with_its_text_its_conditions_and_where_it_is_used(visit):
    """Each pair with its outcome, what decided, its providers and routes."""
    make_world(4)
    page = visit("/licenses/open-1.0/")
    assert "Allowed with 1 condition" in page.main()
    assert page.texts("blockquote") == ["You may train models."]
    assert page.texts("ul", "cond") == ["NamingNames start with Open"]
    assert "License of line (members without their own)" in page.main()
    assert page.links()["4"] == "/routes/?model=lab%2Fopen-7b"
    rows = [page.text(row) for row in page.find("tr")]
    assert "Quiet terms Allowed license, rule 3 2 2" in rows
    assert "Strict terms Disallowed terms, rule 1 1 1" in rows
    assert "Open 7Blab/open-7b secondary source 4" in rows
    assert page.links()["2"] == "/routes/?license=open-1.0&terms=silent"
    assert page.links()["all 4 routes"] == "/routes/?license=open-1.0"
    assert page.links()["all 1 model"] == "/models/?license=open-1.0"


def test_it_shows_terms_with_their_clause_and_the_providers_under_them(visit):
    """Whether a permission is subject to the license is said."""
    make_world()
    page = visit("/terms/permits/")
    assert "Permission subject to the model’s license" in page.main()
    assert "Host 1all routes without their own terms 1 1 – –" in page.texts("tr")
    assert "Open License Allowed terms, rule 2 1 1" in page.texts("tr")


def test_it_shows_a_provider_with_the_pairs_that_decide_its_routes(visit):
    """And leads to exactly these routes."""
    make_world()
    page = visit("/providers/host-0/")
    assert "Open License Strict terms Disallowed terms, rule 1 1" in page.texts("tr")
    address = page.links()["1"]
    assert address == "/routes/?provider=host-0&license=open-1.0&terms=bans"
    assert visit(address).texts("tr")[1].startswith("Open 7Bopen-at-0 Host 0")


def test_it_says_when_a_document_governs_nothing(visit):
    """And shows no empty table."""
    make_license("unused")
    make_terms("idle")
    make_provider("empty")
    make_model("lonely")
    assert "No model carries this license." in visit("/licenses/unused/").main()
    assert "No route is under these terms." in visit("/terms/idle/").main()
    assert "No route of this provider is recorded." in visit("/providers/empty/").main()
    assert "No provider is recorded as serving this model." in visit("/models/lonely/").main()


def test_it_shows_versions_field_by_field_and_the_flips_that_they_caused(visit):
    """Before, after, who, when, and how many answers went which way."""
    model = make_world(3)
    license = model.family.license
    license.refresh_from_db()
    save(license, basis=CLOSED, note="Closed now.")
    page = visit("/licenses/open-1.0/")
    assert "2 basis permissive-open-weights closed-provider-restriction tester" in " ".join(
        page.texts("tr")
    )
    assert "2 note Broad grant. Closed now. tester" in " ".join(page.texts("tr"))
    [flips] = page.find("ul", "flips")
    assert page.text(flips).startswith("2Allowedto→Disallowedroutes, 1 model, revision 2")
    words = visit("/models/lab/open-7b/").main()
    assert "the model’s own answer changed from allowed to disallowed" in words
    assert "2 routes changed from allowed to disallowed" in words
    assert_sound()


def test_it_shows_that_a_route_moved_between_documents(visit):
    """A flip by another pointer counts like one by an edit, and a version names records, not numbers."""
    make_world(1)
    route = Route.objects.get()
    save(route, terms=make_terms("silent-too", SILENT, name="Silent too"))
    page = visit(route.get_absolute_url())
    assert "this route changed from disallowed to allowed" in page.main()
    assert any("terms – Silent too tester" in row for row in page.texts("tr"))


def test_it_shows_internal_notes_to_the_staff_alone(as_curator, client):
    """Neither the note nor its history reaches anybody else."""
    model = make_world(1)
    save(model.family.license, internal_note=f"{SECRET}, still")
    assert SECRET in as_curator("/licenses/open-1.0/").main()
    assert any("internal note" in row for row in as_curator("/licenses/open-1.0/").texts("tr"))
    assert SECRET in as_curator("/terms/bans/").main()
    assert "/admin/policies/license/" in as_curator("/licenses/open-1.0/").links()["Edit"]
    client.logout()
    for address in pages():
        html = as_curator(address).html
        assert SECRET not in html
        assert "nternal note" not in html
        assert "/admin/" not in html


def test_it_shows_no_internal_notes_to_a_user_who_is_not_staff(visit, client, django_user_model):
    """Being logged in is not being a curator."""
    make_world(1)
    client.force_login(django_user_model.objects.create_user("reader-1"))
    for address in pages():
        assert SECRET not in visit(address).html


def test_it_escapes_what_curators_write(visit):
    """Texts are shown, never run."""
    make_model("lab/x", name="<script>alert(1)</script>", license_note="<img src=x onerror=a>")
    page = visit("/models/lab/x/")
    assert "<script>alert(1)</script>" in page.main()
    assert page.find("img") == []


def test_it_links_ids_that_need_quoting(visit):
    """A slash stays in a page's path and is encoded in a query."""
    model = make_model("@cf/lab/x#1?y&z", name="Odd")
    make_route(model)
    page = visit("/models/")
    address = page.links()["Odd"]
    assert visit(address).texts("h1") == ["Odd"]
    assert visit(page.links()["1"]).texts("tr")[1].startswith("Odd")
    assert TextModel.objects.count() == 1


def test_it_sends_strangers_to_the_login(client):
    """Unless reading is public."""
    make_world(1)
    for address in pages():
        assert client.get(address).url.startswith("/login/")
