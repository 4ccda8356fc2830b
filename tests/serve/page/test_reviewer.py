import re

import pytest

from learning_cases import CROUP, GOUT
from page_visitor import visitor
from served_app import service
from workup.data.rows import Row
from workup.learning.intake import take_in_rows
from workup.learning.tables import Decision
from workup.serve.security.roles import Role

WHY = "tophi on both ears, as I saw"


@pytest.fixture(scope="module")
def items(served):
    """The numbers of two new items."""
    rows = [Row(GOUT, "1"), Row({**CROUP, "text": f"{CROUP['text']} <img src=x onerror=alert(1)>"}, "2")]
    with service(served).database.session() as session:
        return [item.id for item in take_in_rows(session, rows, "test", "a clinic").items]


@pytest.fixture(scope="module")
def first(served):
    return visitor(served, "Dr. First", Role.REVIEWER)


@pytest.fixture(scope="module")
def second(served):
    return visitor(served, "Dr. Second", Role.REVIEWER)


def test_what_waits_is_listed_and_hostile_text_is_data(first, items):
    page = first.get("/review")
    for item in items:
        assert f'href="/review/{item}"' in page.text
        assert "<img" not in first.get(f"/review/{item}").text


def test_the_second_reviewer_sees_nothing_of_the_first_until_they_decided(first, second, items):
    item = items[0]
    done = first.post(
        f"/review/{item}", f"/review/{item}", verdict="another", diagnosis="Septic arthritis", why=WHY
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/review/{item}")
    assert WHY in first.get(f"/review/{item}").text
    for page in (second.get(f"/review/{item}"), second.get("/review")):
        for trace in (WHY, "Dr. First", "reviewed once", "disagreed"):
            assert trace not in page.text
    second.post(f"/review/{item}", f"/review/{item}", verdict="accept", why="typical")
    assert WHY in second.get(f"/review/{item}").text


def test_not_even_that_the_first_two_disagree_is_shown_to_the_third(served, items):
    third = visitor(served, "Dr. Third", Role.REVIEWER)
    page = third.get(f"/review/{items[0]}")
    assert 'name="verdict"' in page.text
    for trace in (WHY, "Dr. First", "Dr. Second", "disagreed"):
        assert trace not in page.text


def test_what_was_decided_leaves_the_queue(first, items):
    assert f'href="/review/{items[0]}"' not in first.get("/review").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"verdict": "accept", "why": " "}, "why"),
        ({"verdict": "another", "why": "so"}, "Say which diagnosis it is instead."),
        ({"verdict": "another", "diagnosis": "Gouty", "why": "so"}, "did you mean"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_told_and_what_was_written_stays(second, items, fields, told):
    path = f"/review/{items[1]}"
    page = second.post(path, path, **fields)
    assert page.status_code == 422
    assert told in page.text
    assert f'value="{fields["verdict"]}" required checked' in page.text


def test_nothing_is_decided_by_a_form_without_the_token(served, second, items):
    before = _decisions(served)
    answer = second.client.post(f"/review/{items[1]}", data={"verdict": "reject", "why": "no"})
    assert answer.status_code == 403
    assert _decisions(served) == before


def test_nobody_decides_on_what_they_sent(served, items):
    sender = visitor(served, "a clinic", Role.REVIEWER)
    assert not re.findall(r'href="/review/\d+"', sender.get("/review").text)
    assert "nobody reviews cases of their own" in sender.get(f"/review/{items[1]}").text


@pytest.mark.parametrize(("item", "status"), [("99999", 404), ("0", 422), ("nothing", 422)])
def test_an_item_that_is_not_there_is_a_page_that_says_so(first, item, status):
    answer = first.get(f"/review/{item}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def _decisions(served):
    with service(served).database.reading() as session:
        return session.query(Decision).count()
