"""Progress: a bar for people, lines for logs."""

from __future__ import annotations

import io

from policies.catalog.progress import CHUNK, Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def followed(stream, items):
    chunks = [list(chunk) for chunk in Progress(stream).chunks("add routes", items)]
    return chunks, stream.getvalue()


def test_it_hands_out_everything_once_and_in_order():
    items = list(range(2 * CHUNK + 1))
    chunks, _ = followed(io.StringIO(), items)
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 1]
    assert [item for chunk in chunks for item in chunk] == items


def test_it_writes_one_plain_line_where_nobody_watches():
    _, text = followed(io.StringIO(), list(range(5117)))
    assert text == "add routes: 5,117\n"


def test_it_moves_a_bar_on_a_terminal():
    _, text = followed(Terminal(), list(range(2 * CHUNK)))
    steps = text.split("\r")
    assert steps[1].endswith(f"{'░' * 30} 0 of 2,000")
    assert steps[2].endswith(f"{'█' * 15}{'░' * 15} 1,000 of 2,000")
    assert steps[3] == f"add routes       {'█' * 30} 2,000 of 2,000\n"


def test_it_is_silent_about_nothing():
    for stream in (io.StringIO(), Terminal()):
        assert followed(stream, []) == ([], "")


def test_it_takes_a_stream_that_knows_no_terminals():
    class Sink:
        text = ""

        def write(self, text):
            self.text += text

    sink = Sink()
    Progress(sink).say("Hello.")
    assert sink.text == "Hello.\n"
