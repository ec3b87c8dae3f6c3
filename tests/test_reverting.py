"""Setting one record back to an earlier state, with what belongs to it."""

from __future__ import annotations

import pytest

from policies.models import (
    License,
    ModelAlias,
    Revision,
    TextModel,
)
from policies.undoing import NoSuchState, NotSetBack, reversion
from tests.factories import (
    assert_sound,
    editing,
    make_license,
    make_model,
    save,
)

pytestmark = pytest.mark.django_db


def test_it_reverts_a_record_to_any_of_its_states():
    license = make_license("open", note="0")
    for number in (1, 2):
        save(license, note=str(number), publisher=f"P{number}")
    first = license.history.earliest("history_id").revision_id
    with editing() as opened:
        reversion(License, license.pk, first).write(opened)
    stored = License.objects.get()
    assert (stored.note, stored.publisher, stored.version) == ("0", "", 4)
    assert not reversion(License, license.pk, first)
    with pytest.raises(NoSuchState):
        reversion(License, license.pk, first - 1)


def test_it_reverts_a_model_with_its_spellings_also_when_it_is_gone():
    model = make_model("owner/m", aliases=["one"])
    first = Revision.objects.current_number()
    with editing() as opened:
        opened.delete(ModelAlias.objects.get(name="one"))
        opened.bulk_create([ModelAlias(name="two", model=model)])
    second = opened.number

    def spellings() -> set[str]:
        return set(ModelAlias.objects.values_list("name", flat=True))

    with editing() as opened:
        reversion(TextModel, model.pk, first).write(opened)
    assert spellings() == {"owner/m", "one"}
    with editing() as opened:
        opened.delete(TextModel.objects.get())
    with editing() as opened:
        reversion(TextModel, model.pk, second).write(opened)
    assert spellings() == {"owner/m", "two"}
    assert TextModel.objects.search("two").get().pk == model.pk
    assert_sound()


def test_it_takes_no_spelling_from_another_model():
    one, two = make_model("owner/one", aliases=["nick"]), make_model("owner/two")
    first = Revision.objects.current_number()
    save(ModelAlias.objects.get(name="nick"), model=two)
    for model in (one, two):
        with pytest.raises(NotSetBack, match="“nick” went from one model to another"):
            reversion(TextModel, model.pk, first)
