from dataclasses import replace

import pytest

from given_answers import ASSESSMENT, FLAG, GOUT, OUTSIDE, UNSURE, answer
from workup.serve.cds.cards import LONGEST_SUMMARY, cards

URL = "https://workup.example.org/"


def shown(**given):
    return [card.json for card in cards(answer(**given), URL)]


def quiet(**changes):
    return replace(ASSESSMENT, red_flags=(), **changes)


def test_red_flags_come_first_as_a_warning_and_the_differential_is_information():
    warning, information = shown()
    assert (warning["indicator"], information["indicator"]) == ("warning", "info")
    assert warning["summary"] == "Red flag: Hot swollen joint with fever"
    assert "Aspirate the joint" in warning["detail"]
    assert "suggestions" not in warning
    assert information["summary"] == (
        "To be considered: Gout (82%), Calcium Pyrophosphate Deposition Disease (11%)"
    )


def test_every_card_has_what_the_specification_requires():
    for card in shown():
        assert {"uuid", "summary", "indicator", "source", "detail"} <= card.keys()
        assert 0 < len(card["summary"]) < 140
        assert card["source"]["label"]
        assert all({"label", "url", "type"} <= link.keys() for link in card["links"])
        assert all({"code", "system", "display"} <= reason.keys() for reason in card["overrideReasons"])
        assert ASSESSMENT.notice in card["detail"]
    assert len({card["uuid"] for card in shown()}) == 2


def test_every_card_tells_what_answered_and_what_was_left_out_of_the_record():
    for card in cards(answer(), URL, ("Left out: 2 resources.",)):
        assert "Left out: 2 resources." in card.json["detail"]
        assert card.json["extension"] == {
            "workup": {"request": "req-1", "event": 7, "version": "general@3", "checksum": "ab12"}
        }


def test_a_suggestion_names_a_condition_and_changes_nothing():
    (card,) = cards(answer(assessment=quiet()), URL)
    suggestions = card.json["suggestions"]
    assert card.json["selectionBehavior"] == "at-most-one"
    assert [one["label"] for one in suggestions] == [
        "I agree: Gout",
        "I agree: Calcium Pyrophosphate Deposition Disease",
    ]
    assert card.offered[suggestions[0]["uuid"]] == "Gout"
    assert not any("actions" in one for one in suggestions)


@pytest.mark.parametrize(
    "given", [{"assessment": OUTSIDE}, {"assessment": quiet(abstained="unsure")}, {"stopped": "Turned off."}]
)
def test_where_there_is_nothing_to_say_there_is_no_card_of_diagnoses(given):
    assert not [card for card in shown(**given) if "suggestions" in card]


def test_a_red_flag_is_told_even_where_the_model_abstains_or_is_stopped():
    for given in ({"assessment": UNSURE}, {"stopped": "Turned off."}):
        (card,) = shown(**given)
        assert card["indicator"] == "warning"
        assert "Gout" not in str(card)


def test_a_summary_stays_short_whatever_it_names():
    long = replace(GOUT, name="Syndrome of " + "very " * 40)
    many = tuple(replace(GOUT, name=f"Condition number {n}") for n in range(40))
    (one,) = shown(assessment=quiet(differential=(long,)))
    (several,) = shown(assessment=quiet(differential=many))
    assert len(one["summary"]) == LONGEST_SUMMARY
    assert one["summary"].endswith("…")
    assert len(several["summary"]) <= LONGEST_SUMMARY
    assert several["summary"].endswith("more")


def test_words_of_the_record_cannot_become_markup():
    flag = replace(FLAG, words=("[click](https://evil.example) `x` <img src=x>",))
    warning, _ = shown(assessment=replace(ASSESSMENT, red_flags=(flag,)))
    assert "(`[click](https://evil.example) 'x' <img src=x>`)" in warning["detail"]


def test_emergencies_and_open_questions_are_told():
    (card,) = shown(assessment=quiet())
    assert "**Not to be missed:** Septic Arthritis (3%)" in card["detail"]
    assert "- crystals in the joint fluid (speaks for Gout)" in card["detail"]
    assert "| Gout | M10.9 | 82% |" in card["detail"]
