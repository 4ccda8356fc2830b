import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from workup.clinic.assess.assessment import Assessment, Candidate, Confidence, Flag, Model, Question, Reason
from workup.clinic.assess.notebook import marked, odds

TEXT = "crushing chest pain, no fever"
FIRST = Candidate("Acute myocardial infarction", 0.81, True, "I21.9", "Cardiology", "emergency")
SECOND = Candidate("Aortic dissection", 0.05, False, "I71.0", "Cardiology", "emergency")
ANSWER = Assessment(
    text=TEXT,
    abstained=None,
    why="",
    differential=(FIRST, SECOND),
    coverage=0.9,
    confidence=Confidence(0.81, "likely", 40, 50),
    written="Acute myocardial infarction",
    agrees=True,
    supporting=(Reason("crushing chest pain", 0, 19, 1.2),),
    opposing=(Reason("no fever", 21, 29, -0.7),),
    questions=(Question("unequal arm pressures", 0.03, 0.4, "Aortic dissection"),),
    red_flags=(Flag("chest", "Chest pain", "emergency", "Call for help.", ("crushing chest pain",)),),
    cannot_miss=(SECOND,),
    doubts=(),
    model=Model("run", "0123456789ab", "ba9876543210", "342 cases", "0.1.0"),
    notice="A test, not a doctor.",
)


class Tags(HTMLParser):
    """Whether every tag that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def words(html):
    """What a person reads, without style and tags."""
    seen = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(seen.split())


def test_a_notebook_shows_everything_that_is_said_of_the_case():
    told = words(ANSWER._repr_html_())
    for said in (
        "Chest pain Call for help.",
        "Acute myocardial infarction I21.9 · Cardiology · emergency",
        "Likely, 81%.",
        "40 of 50 were right",
        "holds the right diagnosis 90% of the time",
        "crushing chest pain odds × 3.3",
        "no fever odds ÷ 2.0",
        "unequal arm pressures 3% 40%",
        "Do not miss. Aortic dissection, 5%",
        "A test, not a doctor.",
        "0123456789ab",
    ):
        assert said in told


def test_danger_comes_before_the_answer_and_the_notice_is_always_there():
    told = words(ANSWER._repr_html_())
    assert told.index("Call for help.") < told.index("Likely, 81%")
    silent = replace(ANSWER, abstained="unsure", why="Nothing is likely enough.", confidence=None)
    told = words(silent._repr_html_())
    assert "I do not know. Nothing is likely enough." in told
    assert "Aortic dissection" in told
    assert "A test, not a doctor." in told


def test_an_abstention_without_a_differential_is_shown():
    refused = replace(
        ANSWER,
        abstained="doubtful",
        why="Something in it has to be cleared up first.",
        differential=(),
        confidence=None,
        supporting=(),
        opposing=(),
        questions=(),
        cannot_miss=(),
        doubts=("K 65 is not possible",),
    )
    told = words(refused._repr_html_())
    assert "No diagnosis. Something in it" in told
    assert "K 65 is not possible" in told
    assert "Differential" not in told


def test_a_model_that_writes_something_else_is_told():
    assert "the model writes “Gout”" in words(replace(ANSWER, agrees=False, written="Gout")._repr_html_())


def test_the_text_is_whole_and_its_reasons_are_marked_in_place():
    pieces = list(marked(ANSWER))
    assert "".join(piece for piece, _ in pieces) == TEXT
    assert [piece for piece in pieces if piece[1]] == [
        ("crushing chest pain", "for"),
        ("no fever", "against"),
    ]


def test_what_the_user_wrote_is_escaped():
    hostile = "<script>alert(1)</script> & chest pain"
    html = replace(
        ANSWER, text=hostile, supporting=(), opposing=(), written=hostile, agrees=False
    )._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2


def test_it_is_one_piece_of_html_for_light_and_dark_that_fetches_nothing():
    html = ANSWER._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert "light-dark(" in html
    assert not re.search(r"https?://|src=|@import|<script|<html", html)


@pytest.mark.parametrize(("effect", "told"), [(0.7, "odds × 2.0"), (-0.7, "odds ÷ 2.0")])
def test_an_effect_is_told_as_a_factor_of_the_odds(effect, told):
    assert odds(effect) == told
