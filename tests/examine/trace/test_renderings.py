from __future__ import annotations

import dataclasses
import io
import json
from html.parser import HTMLParser

import pytest
import torch
from jinja2 import UndefinedError
from rich.cells import cell_len
from rich.console import Console

from workup.examine.trace import as_html
from workup.examine.trace.as_html import page
from workup.examine.trace.as_json import to_json
from workup.examine.trace.terminal import show

HOSTILE = "a lemon <script>alert(1)</script> [red]&amp; \x1b[31m\u202e\n日本"


@pytest.fixture
def healthy(follow):
    return follow()


@pytest.fixture
def broken(follow, predictor):
    """Pads in the labels, as a recipe can ask for."""
    padded = {"padding": "max_length", "mask_label_pads": False}
    return follow(tokens=predictor.recipe.tokens.model_copy(update=padded))


@pytest.fixture
def hostile(follow):
    return follow(source="name the colour: " + HOSTILE, text=HOSTILE)


def printed(trace, width=100, terminal=False):
    file = io.StringIO()
    colours = "truecolor" if terminal else None
    show(
        trace, Console(file=file, width=width, force_terminal=terminal, color_system=colours, highlight=False)
    )
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 100])
def test_the_columns_wrap_at_the_width_there_is(hostile, broken, width):
    for trace in (hostile, broken):
        assert max(cell_len(line) for line in printed(trace, width).splitlines()) <= width


def test_what_is_piped_is_plain_and_readable_at_a_hundred_columns(broken):
    lines = printed(broken, width=300).splitlines()
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in "".join(lines)
    assert all(line == line.rstrip() for line in lines)


def test_lines_of_a_strip_stand_below_each_other_and_marks_below_what_departs(broken):
    lines = printed(broken).splitlines()
    at = next(n for n, line in enumerate(lines) if line.lstrip().startswith("labels") and "</s>" in line)
    assert lines[at].index("</s>") == lines[at + 1].index(" 1 ") + 1
    marks = next(line for line in lines[at:] if line.strip().startswith("✗"))
    assert marks.index("✗") == lines[at].index("<pad>")


def test_the_first_departure_is_marked_in_words_and_not_by_colour_only(broken):
    text = printed(broken)
    assert "✗ batching   the first departure" in text
    assert "✗ training   departs too" in text
    assert text.splitlines()[0].strip().startswith("✓ input   ✓ tokenization   ✗ batching")


def test_a_wrong_answer_is_not_told_in_the_colour_of_a_right_one(healthy):
    right, wrong = (dataclasses.replace(healthy, right=right) for right in (True, False))
    assert (right.state, wrong.state) == ("kept", "shown")
    for trace, colour in ((right, "\x1b[32m"), (wrong, "\x1b[36m")):
        assert f"{colour}Every stage" in printed(trace, terminal=True)
        assert f'class="verdict {trace.state}-sign"' in page(trace, "a trace")


def test_a_terminal_gets_colour_and_the_same_words(broken):
    coloured = printed(broken, terminal=True)
    assert "\x1b[" in coloured
    assert "the first departure" in coloured


def test_nothing_in_a_text_steers_the_terminal_or_the_markup(hostile):
    text = printed(hostile)
    assert "[red]&amp; ␛[31m\\u202e" in text
    assert "\x1b" not in text


class _Balance(HTMLParser):
    """The tags that are open, and every tag and attribute there was."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing(broken):
    parser = _Balance()
    parser.feed(page(broken, "a trace"))
    assert parser.open == []
    assert not {tag for tag, _ in parser.seen} & {"script", "link", "img", "iframe"}
    assert not [attrs for _, attrs in parser.seen if "src" in attrs or "href" in attrs]
    assert sum("first" in (attrs.get("class") or "").split() for _, attrs in parser.seen) == 1


def test_the_page_says_what_the_terminal_says(broken):
    html = page(broken, "a trace")
    for step in broken.steps:
        assert all(contract.departure.split("'")[0] in html for contract in step.departures)
    assert "(+" in html
    assert broken.conclusion.split("'")[0] in html


def test_everything_in_the_page_is_escaped(hostile):
    html = page(hostile, "<b>title</b>")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>" not in html


def test_a_notebook_shows_the_same_without_a_page_around_it(broken):
    html = broken._repr_html_()
    assert "the first departure" in html
    assert "<html" not in html


def test_json_has_numbers_for_numbers_and_names_the_first_departure(healthy, broken, target):
    assert to_json(healthy)["first_departure"] is None
    found = json.loads(json.dumps(to_json(broken)))
    assert found["first_departure"] == "batching"
    steps = {step["stage"]: step for step in found["steps"]}
    loss = next(line for line in steps["training"]["strips"]["loss"]["lines"] if line["name"] == "loss")
    assert all(isinstance(cell, float) for cell in loss["cells"])
    assert steps["batching"]["departures"][0]["positions"] == list(range(len(target), 16))


def test_a_loss_that_is_no_number_can_be_written_as_json(follow, predictor):
    with torch.no_grad():
        predictor.model.shared.weight.fill_(float("nan"))
    assert '"nan"' in json.dumps(to_json(follow()), allow_nan=False)


def test_what_a_template_is_not_given_is_an_error_and_no_gap_in_the_page(healthy, monkeypatch):
    given = {name: value for name, value in as_html._values(healthy).items() if name != "trace"}
    monkeypatch.setattr(as_html, "_values", lambda trace: given)
    with pytest.raises(UndefinedError, match="'trace' is undefined"):
        page(healthy, "lemon")
