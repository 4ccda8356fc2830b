import json

from learning_cases import CROUP, GOUT
from workup.clinic.book import conditions
from workup.learning.intake import take_in
from workup.learning.references import add
from workup.learning.release import released, standing_among
from workup.learning.review import decide
from workup.registry.fingerprints import fingerprint

OTHER = {**GOUT, "diagnosis": "Septic arthritis"}


def agree(session, item, diagnosis=None):
    for reviewer in ("Ann", "Bea"):
        decide(session, item, reviewer, "accept", "fits", diagnosis)


def test_what_two_agreed_on_is_released_with_its_provenance(session, write):
    first, second = take_in(session, write(GOUT, CROUP), "St Ann").items
    agree(session, first)
    decide(session, second, "Ann", "accept", "fits")
    (example,) = released(session)
    assert (example.text, example.diagnosis) == (first.text, "Gout")
    assert example.fingerprint == fingerprint(GOUT["text"])
    assert (example.sender, example.file, example.place) == ("St Ann", "cases.jsonl", "cases.jsonl:1")
    assert example.reviewers == ("Ann", "Bea")
    assert json.dumps(example.to_json())


def test_a_corrected_diagnosis_is_what_is_released(quick, write):
    (item,) = take_in(quick, write(OTHER), "St Ann").items
    agree(quick, item, "Gout")
    assert [example.diagnosis for example in released(quick)] == ["Gout"]


def test_nothing_else_is_released(session, write):
    rejected, disputed, waiting = take_in(session, write(GOUT, CROUP, OTHER), "St Ann").items
    for reviewer in ("Ann", "Bea"):
        decide(session, rejected, reviewer, "reject", "unclear")
    decide(session, disputed, "Ann", "accept", "fits")
    decide(session, disputed, "Bea", "reject", "unclear")
    decide(session, waiting, "Ann", "accept", "fits")
    assert released(session) == []


def test_what_is_agreed_on_with_two_labels_is_released_under_neither(session, write):
    items = take_in(session, write(GOUT, OTHER), "St Ann").items
    for item in items:
        agree(session, item)
    assert released(session) == []
    stands = standing_among(session, items[0])
    assert (stands.state, stands.why) == (
        "contradicted",
        "item 2 has the same findings and is Septic arthritis",
    )


def test_one_text_is_released_once(quick, write):
    for item in take_in(quick, write(GOUT, OTHER), "St Ann").items:
        agree(quick, item, "Gout")
    assert len(released(quick)) == 1


def test_a_label_that_contradicts_a_training_case_is_not_released(quick, write):
    case = next(case for _, c in conditions() if c.name == "Gout" for case in c.cases if case.use == "train")
    (item,) = take_in(quick, write({"text": case.text, "diagnosis": "Septic arthritis"}), "St Ann").items
    agree(quick, item)
    assert released(quick) == []
    assert standing_among(quick, item).state == "contradicted"


def test_what_becomes_a_canary_after_it_was_agreed_on_is_not_released(session, write):
    (item,) = take_in(session, write(GOUT), "St Ann").items
    agree(session, item)
    assert len(released(session)) == 1
    add(session, write({"text": GOUT["text"].upper()}, name="secret.jsonl"), "canary")
    assert released(session) == []
    assert standing_among(session, item).state == "barred"


def test_a_conflict_that_comes_later_takes_an_example_back_until_both_have_looked_again(quick, write):
    (item,) = take_in(quick, write(GOUT), "St Ann").items
    agree(quick, item)
    take_in(quick, write(OTHER), "Mallory")
    assert released(quick) == []
    agree(quick, item)
    assert [example.item for example in released(quick)] == [item.id]
