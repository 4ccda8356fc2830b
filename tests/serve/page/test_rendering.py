import re
from importlib import resources

import pytest

from workup.serve.page.rendering import address, sentence, static, times

FOLDER = resources.files("workup.serve.page")
TEMPLATES = [file for file in (FOLDER / "templates").iterdir() if file.name.endswith(".jinja")]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_template_has_script_or_style_in_it_or_loads_from_elsewhere(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on|\|\s*safe", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


def test_every_form_that_changes_something_carries_the_token():
    for file in TEMPLATES:
        for form in re.findall(r'<form method="post".*?</form>', file.read_text(), re.DOTALL):
            assert 'name="csrf"' in form, file.name


def test_a_file_gets_another_address_when_it_changes():
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", address("style.css"))
    assert address("style.css")[-12:] != address("page.js")[-12:]


def test_htmx_comes_with_its_licence():
    assert b"Zero-Clause BSD" in static("htmx.LICENSE.txt")
    assert b"htmx" in static("htmx.min.js")
    assert "htmx" in (FOLDER.joinpath("../../../..") / "NOTICE").read_text()


def test_what_words_do_to_the_odds_is_told_as_a_factor():
    assert times(0.6931) == "2.0 times likelier"
    assert times(-3.0) == "20 times less likely"
    assert times(9.0) == "more than 1000 times likelier"


def test_a_sentence_begins_large_and_ends_once():
    assert sentence("no model is loaded yet") == "No model is loaded yet."
    assert sentence("did you mean 'Gout'?") == "Did you mean 'Gout'?"
