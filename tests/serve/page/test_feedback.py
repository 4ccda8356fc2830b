import re
from html import unescape

import pytest

from learning_cases import synthetic
from page_visitor import visitor
from served_app import service
from workup.learning.tables import Item
from workup.serve.security.roles import Role

TEXTS = iter(synthetic("Pneumonia", 20))


@pytest.fixture(scope="module")
def clinician(served):
    return visitor(served, "Dr. Feedback", Role.CLINICIAN)


def answered(clinician):
    """The number of a new answer, and the diagnosis that it gives (None: it gives none)."""
    page = clinician.post("/cases", text=next(TEXTS))
    event = re.search(r'name="event" value="(\d+)"', page.text)[1]
    yes = re.search(r"Yes, it is (.*?)</button>", page.text)
    return event, unescape(yes[1]) if yes else None


def newest(served):
    with service(served).database.reading() as session:
        return session.query(Item).order_by(Item.id.desc()).first()


def test_a_correction_waits_for_two_reviewers_and_its_sender_is_none_of_them(served, clinician):
    event, answer = answered(clinician)
    other = "Gout" if answer != "Gout" else "Migraine"
    page = clinician.post("/feedback", event=event, verdict="corrected", diagnosis=other.lower(), reason="")
    assert page.status_code == 200
    item = newest(served)
    assert f"It waits as item {item.id} for two reviewers." in page.text
    assert (item.sender, item.diagnosis, item.answer) == ("Dr. Feedback", other, answer)


def test_an_unknown_diagnosis_is_told_with_the_nearest(clinician):
    event, _ = answered(clinician)
    page = clinician.post("/feedback", event=event, verdict="corrected", diagnosis="Pneumonai")
    assert page.status_code == 422
    assert "did you mean" in unescape(page.text)
    assert 'name="verdict"' in page.text


def test_what_is_missing_is_told(clinician):
    event, _ = answered(clinician)
    for fields, told in (
        ({"verdict": "corrected", "diagnosis": " "}, "diagnosis is empty"),
        ({"verdict": "corrected"}, "'diagnosis' is missing: what is the right one?"),
        ({"verdict": "rejected"}, "'reason' is missing: why is the answer rejected?"),
        ({"verdict": "accepted", "diagnosis": "Gout"}, "an answer that is accepted has no 'diagnosis'"),
    ):
        page = clinician.post("/feedback", event=event, **fields)
        assert (page.status_code, told in unescape(page.text).lower()) == (422, True)


def test_nobody_speaks_of_an_answer_that_another_got(served, clinician):
    event, _ = answered(clinician)
    other = visitor(served, "Dr. Other", Role.CLINICIAN)
    answer = other.post("/feedback", event=event, verdict="corrected", diagnosis="Gout")
    assert answer.status_code == 404


def test_hostile_reasons_are_data(served, clinician):
    event, answer = answered(clinician)
    verdict = "rejected" if answer else "corrected"
    fields = {"reason": "<script>alert(1)</script>"} if answer else {"diagnosis": "<script>alert(1)</script>"}
    page = clinician.post("/feedback", event=event, verdict=verdict, **fields)
    assert "<script>alert" not in page.text
