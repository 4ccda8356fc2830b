import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from workup.examine.report import Plot, Report, Series
from workup.examine.report.html import fragment, measured, prose, render, sentence

STYLE = (files("workup.examine.report") / "templates" / "style.css").read_text(encoding="utf-8")
VOID = {"meta", "br", "line", "polyline", "rect"}


class Outline(HTMLParser):
    """The elements of a page; one that is not closed is a fault."""

    def __init__(self, page):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_says_what_was_examined_what_was_found_and_what_to_do(faulty):
    page = text_of(render(faulty, "runs/<first>"))
    for told in (
        "runs/&lt;first&gt;",
        "1 error and 1 note in 2 checks.",
        "✗ error TRA901 training · train.py:12",
        "The loss ends at 9.0 &lt;nats&gt;.",
        "Harm. Every answer is the same.",
        "workup train RECIPE --set training.learning_rate=0.0001",
        "lr = 1e-4",
        "loss nan",
        "by kind text: 3.142",
        "the model needed by 1 check",
        "ENV901: ValueError: ours",
    ):
        assert told in page


def test_the_worst_finding_comes_first_and_its_check_explains_itself_when_opened(faulty):
    page = render(faulty)
    assert page.index("TRA901") < page.index("TOK901")
    assert "<summary>About this check: The loss is high.</summary>" in page
    assert "Whether <code>loss</code> is above 5." in page
    assert '<a href="https://example.org/loss">https://example.org/loss</a>' in page


@pytest.mark.parametrize("kind", ["faulty", "sound", "unchecked"])
def test_the_page_is_whole_and_needs_nothing_else(kind, request):
    outline = Outline(render(request.getfixturevalue(kind), "a run"))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.seen}
    assert not [one for _, given in outline.seen for one in given if one == "src" or one.startswith("on")]
    assert ("html", {"lang": "en"}) in outline.seen


def test_a_notebook_gets_a_piece_with_its_own_style_and_no_page_around_it(faulty):
    outline = Outline(fragment(faulty))
    assert outline.seen[0] == ("div", {"class": "workup"})
    assert not {"html", "body", "head"} & {tag for tag, _ in outline.seen}


def test_the_style_reaches_nothing_outside_the_report():
    outermost = re.sub(r"\{(?:[^{}]|\{[^{}]*\})*\}", "{}", re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL))
    selectors = [one.strip() for one in outermost.split("{}") if one.strip()]
    assert selectors
    assert all(one.endswith(".workup.workup.workup") for one in selectors)


def test_plots_are_drawn_in_the_page():
    plot = Plot("Loss over the training", "step", "nats", (Series("training", ((0, 4.0), (10, 1.0))),))
    page = render(Report((), (), (), (), (plot,)))
    assert "<figcaption>Loss over the training</figcaption>" in page
    assert page.count("<polyline") == 1


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "dim", "error", "warning", "note", "sound"])
def test_every_text_can_be_read_on_paper_and_on_cards(ink, scheme):
    pairs = dict(re.findall(r"--(\w+): light-dark\((#\w{6}, #\w{6})\)", STYLE))
    colours = {name: pair.split(", ")[scheme] for name, pair in pairs.items()}
    for ground in ("paper", "card"):
        assert contrast(colours[ink], colours[ground]) >= 4.5  # WCAG 2.2, success criterion 1.4.3


def test_measurements_are_short():
    assert measured(0.123456) == "0.1235"
    assert measured({"text": 3.0, "pad": [1, 2]}) == "text: 3, pad: 1, 2"
    assert measured(()) == "none"


def test_a_summary_is_a_sentence_and_a_name_keeps_its_letters():
    assert sentence("the loss is 9") == "The loss is 9."
    for summary in ("max_length is 20", "fp16 is on", "MyTrainer.compute_loss takes more", "'a' is lost"):
        assert sentence(summary) == f"{summary}."


def test_names_of_measurements_are_not_broken_within_a_word():
    assert re.search(r"\n  th \{[^}]*overflow-wrap: normal", STYLE)


def test_prose_is_escaped_before_it_is_marked_up():
    assert prose("`<pad>` & more") == "<code>&lt;pad&gt;</code> &amp; more"
