"""What docs/operations.md gives to receivers is true: the body's shape, and the lines that verify it."""

import json
import re

import pytest

from policies.webhooks.delivering import deliver
from tests.factories import make_license
from tests.skeleton.launch import ROOT
from tests.webhooks.receiver import make_hook

pytestmark = pytest.mark.django_db
DOCUMENT = (ROOT / "docs" / "operations.md").read_text()


def shape(told):
    """The same tree with kinds in place of values."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return type(told)


def test_it_sends_what_is_documented_and_the_documented_lines_verify_it(receiver):
    [example] = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    [lines] = re.findall(r"```python\n(.*?def is_ours.*?)```", DOCUMENT, re.DOTALL)
    written: dict = {}
    exec(lines, written)
    is_ours = written["is_ours"]

    hook = make_hook(url=receiver.url)
    make_license()
    deliver()
    [(_, headers, body)] = receiver.requests

    assert shape(json.loads(body)) == shape(json.loads(example))
    assert is_ours(hook.secret, headers, body)
    assert not is_ours(hook.secret, headers, body + b" ")
    assert not is_ours(make_hook("other").secret, headers, body)
    late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    assert not is_ours(hook.secret, late, body)
