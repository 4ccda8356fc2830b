import re
from html import unescape

import pytest

from page_visitor import visitor
from served_app import service
from workup.errors import RunError
from workup.serve.audit.record import ASSESS
from workup.serve.page.examples import EXAMPLES
from workup.serve.problems import unavailable
from workup.serve.security.roles import Role
from workup.serve.store.tables import Event

HEART = (
    "62-year-old man, crushing chest pain radiating to the left arm for 40 minutes, sweating and nausea. "
    "Blood pressure 85/50 mmHg."
)
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{ 7 * 7 }} and fever'


@pytest.fixture(scope="module")
def clinician(served):
    return visitor(served, "Dr. Clinician", Role.CLINICIAN)


def told(page):
    """What a person reads, more or less."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(text).split())


def asked(page):
    """The case that the page holds in its form."""
    return unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)[1])


def test_an_answer_stands_with_everything_that_explains_it(served, clinician):
    page = clinician.post("/cases", text=HEART)
    assert page.status_code == 200
    text = told(page)
    for part in (
        "Differential",
        "What do these numbers mean?",
        "Answered by",
        service(served).signature()["notice"],
        service(served).models.all()[0].name,
    ):
        assert part in text
    assert re.search(r"about \d+ in \d+|(more|fewer) than \d+ in 100", text, re.IGNORECASE)


def test_red_flags_stand_before_everything_else_of_the_page(clinician):
    page = clinician.post("/cases", text=HEART)
    main = page.text.partition("<main")[2]
    assert 0 < main.index("Emergency: assessment now") < main.index("<h1")
    assert 'role="alert"' in main.partition("<h1")[0]


def test_red_flags_stand_where_the_model_fails_and_the_text_is_not_lost(served, clinician, monkeypatch):
    async def failing(*given, **named):
        raise unavailable("too many cases wait")

    monkeypatch.setattr(service(served).desk, "assess", failing)
    page = clinician.post("/cases", text=HEART)
    assert page.status_code == 503
    assert "Emergency: assessment now" in page.text
    assert "Too many cases wait." in told(page)
    assert asked(page) == HEART


def test_red_flags_stand_where_answers_are_switched_off(served, clinician):
    operator = visitor(served, "Switching", Role.OPERATOR)
    operator.post("/operation/switch", "/operation", scope="all", off="true", why="recalibration")
    try:
        text = told(clinician.post("/cases", text=HEART))
    finally:
        operator.post("/operation/switch", "/operation", scope="all", off="false", why="done")
    assert "Emergency: assessment now" in text
    assert "recalibration" in text
    assert "Differential" not in text
    assert "Was it right?" not in text


def test_what_cannot_be_used_is_told_beside_the_text(served, clinician, monkeypatch):
    async def refusing(*given, **named):
        raise RunError("give the case as text")

    monkeypatch.setattr(service(served).desk, "assess", refusing)
    page = clinician.post("/cases", text="some fever")
    assert page.status_code == 422
    assert "Give the case as text." in told(page)
    assert asked(page) == "some fever"


def test_a_text_that_is_no_case_gets_a_reason_and_no_differential(clinician):
    text = told(clinician.post("/cases", text="Please write me a poem about the sea."))
    assert "No diagnosis" in text
    assert "Differential" not in text


def test_values_that_cannot_be_are_asked_back(clinician):
    text = told(clinician.post("/cases", text=EXAMPLES[-1].text))
    assert "To be cleared up first" in text
    assert "Differential" not in text


@pytest.mark.parametrize("text", [HOSTILE, f"{HEART} {HOSTILE}"])
def test_hostile_text_is_data(clinician, text):
    page = clinician.post("/cases", text=text)
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "49" not in asked(page)
    assert "alert(1)" in asked(page)


def test_identifiers_are_gone_from_the_page_and_the_record(served, clinician):
    page = clinician.post("/cases", text=f"Mrs. Ada Byron, born 10.12.1955, tel. 030 1234567: {HEART}")
    for part in ("Byron", "1955", "1234567"):  # as words: a token on the page may have such digits
        assert not re.search(rf"\b{part}\b", page.text)
    with service(served).database.reading() as session:
        newest = session.query(Event).filter(Event.action == ASSESS).order_by(Event.id.desc()).first()
    assert "Byron" not in newest.details


def test_a_click_on_a_chip_changes_the_text_and_asks_again(clinician):
    page = clinician.post("/cases", text=HEART)
    deny = re.search(r'value="(deny:\d+:\d+)"[^>]*aria-label="nausea', page.text)[1]
    denied = clinician.post("/cases", text=asked(page), change=deny)
    assert "sweating and no nausea" in asked(denied)
    affirm = re.search(r'value="(affirm:\d+:\d+)"[^>]*aria-label="nausea', denied.text)[1]
    assert "no nausea" not in asked(clinician.post("/cases", text=asked(denied), change=affirm))


def test_a_change_that_does_not_fit_the_text_is_told(clinician):
    page = clinician.post("/cases", text=HEART, change="deny:0:1")
    assert page.status_code == 422
    assert "ask again first" in told(page)


def test_examples_and_earlier_cases_fill_the_form(served):
    doctor = visitor(served, "Dr. History", Role.CLINICIAN)
    assert asked(doctor.get("/cases?example=2")) == EXAMPLES[2].text
    assert asked(doctor.get("/cases?example=99")) == ""
    page = doctor.post("/cases", text=HEART)
    (link,) = set(re.findall(r'href="(/cases\?event=\d+)"', page.text))
    again = doctor.get(link)
    assert asked(again) == HEART
    assert "Answered just now" in told(again)


def test_nobody_sees_what_another_asked(served, clinician):
    clinician.post("/cases", text=HEART)
    other = visitor(served, "Dr. Curious", Role.CLINICIAN)
    assert "Asked lately" not in other.get("/cases").text
    with service(served).database.reading() as session:
        events = session.query(Event).filter(Event.action == ASSESS).count()
    assert events
    for number in range(1, events + 5):
        answer = other.get(f"/cases?event={number}")
        assert answer.status_code == 404
        assert "crushing" not in answer.text
