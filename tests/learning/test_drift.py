import json
from itertools import islice

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from learning_cases import synthetic
from workup.clinic.book import conditions
from workup.errors import DataError
from workup.learning.drift import ALL, association, drift
from workup.learning.drift_plot import save
from workup.learning.intake import take_in

NEW, OLD = "2026-06-01", "2026-01-01"
RHEUMATOLOGY = "Rheumatology and immunology"


def feedback(texts, kind, confidence, received):
    label = {"accepted": {}, "corrected": {"diagnosis": "Septic arthritis"}}[kind]
    common = {"feedback": kind, "answer": "Gout", "confidence": confidence, "received": received, **label}
    return [{"text": text, **common} for text in texts]


@pytest.fixture
def drifted(quick, write):
    """Six answers accepted in January with confidence, and six corrected in June without."""
    texts = synthetic("Gout", 12)
    old, new = feedback(texts[:6], "accepted", 0.9, OLD), feedback(texts[6:], "corrected", 0.2, NEW)
    take_in(quick, write(*old, *new), "St Ann")
    return drift(quick)


def shift(found, specialty, measure):
    return next(s for s in found.shifts if (s.specialty, s.measure) == (specialty, measure))


def test_recent_cases_of_one_diagnosis_are_not_like_the_training_cases_of_all(drifted):
    findings = shift(drifted, ALL, "findings")
    assert (findings.recent, findings.before) == (6, 513)
    assert findings.drifted
    assert "% of cases" in findings.told


def test_confidence_and_accepted_rate_are_compared_with_earlier_feedback(drifted):
    assert shift(drifted, ALL, "confidence").size == 1
    accepted = shift(drifted, RHEUMATOLOGY, "accepted")
    assert (accepted.size, accepted.recent, accepted.before) == (1, 6, 6)
    assert accepted.told == "0% of answers, 100% before"


def test_all_p_values_are_corrected_together(drifted):
    assert all(s.corrected >= s.p for s in drifted.shifts)
    smallest = min(drifted.shifts, key=lambda s: s.p)
    assert smallest.corrected == pytest.approx(smallest.p * len(drifted.shifts))


def test_cases_like_the_training_cases_show_no_drift(quick, write):
    """The training cases themselves, marked so that they are no copies, cannot differ from themselves."""
    book = [(c.name, case.text) for _, c in conditions() for case in c.cases if case.use == "validation"]
    rows = [
        {"text": f"{text} {'Seen in clinic ' * 12}", "diagnosis": name}
        for name, text in islice(book, 0, 342, 3)
    ]
    take_in(quick, write(*rows), "St Ann")
    found = drift(quick)
    assert not shift(found, ALL, "findings").drifted
    assert shift(found, ALL, "length").drifted


def test_what_could_not_be_tested_is_said(quick, write):
    take_in(quick, write(*({"text": text, "diagnosis": "Gout"} for text in synthetic("Gout", 2))), "St Ann")
    found = drift(quick)
    assert found.shifts == ()
    assert f"{ALL}, {RHEUMATOLOGY}: fewer than 5 recent cases" in found.untested
    assert "accepted: no earlier item to compare with" in found.untested


def test_an_empty_store_cannot_drift(quick):
    with pytest.raises(DataError, match="nothing has been taken in yet"):
        drift(quick)


def test_the_association_is_cramers_v_and_its_p_value_that_of_chance():
    random = np.random.default_rng(0)
    present = (random.random((60, 8)) < 0.4).astype(np.float32)
    table = np.array([present[:30].sum(axis=0), present[30:].sum(axis=0)])
    expected = chi2_contingency(table, correction=False)
    size, p = association(present, 30)
    assert size == pytest.approx((expected.statistic / table.sum()) ** 0.5, rel=1e-4)
    assert 0.05 < p <= 1
    present[:30, 0], present[30:, 0] = 1, 0
    assert association(present, 30)[1] == pytest.approx(1e-4)


def test_few_findings_that_chance_may_put_on_one_side_show_nothing():
    present = np.zeros((12, 2), dtype=np.float32)
    present[[0, 6], 0] = 1
    size, p = association(present[:, :1], 6)
    assert (size, p) == (0, 1)
    present[[1, 2], 1] = 1
    assert association(present, 6)[1] > 0.05


def test_no_findings_at_all_are_no_drift():
    assert association(np.zeros((10, 0), dtype=np.float32), 5) == (0.0, 1.0)


def test_the_plot_shows_every_specialty_and_marks_drift(drifted, tmp_path):
    save(drifted, tmp_path / "drift.svg")
    drawn = (tmp_path / "drift.svg").read_text()
    assert drawn.rstrip().endswith("</svg>")
    assert "★" in drawn
    assert RHEUMATOLOGY in drawn


def test_the_same_report_gives_the_same_plot(drifted, tmp_path):
    for name in ("a.svg", "b.svg"):
        save(drifted, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_report_is_plain_values_too(drifted):
    assert json.loads(json.dumps(drifted.to_json()))["days"] == 30
