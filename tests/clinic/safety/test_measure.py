from workup.clinic.book import conditions
from workup.clinic.safety.measure import triage


def test_triage_counts_flags_by_urgency_and_names_what_was_missed():
    condition = next(c for _, c in conditions() if c.name == "Sepsis")
    dull = condition.cases[0].model_copy(
        update={"id": "dull-1", "text": "A healthy man came for a check-up."}
    )
    measured = triage([(condition, condition.cases[0]), (condition, dull)], structured=False)
    assert measured.missed == ["dull-1"]
    assert measured.share("emergency").right == 1
    assert measured.share("emergency").total == 2
