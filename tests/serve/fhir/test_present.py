from datetime import UTC, date, datetime

import pytest

from workup.clinic.formats.fhir_resources import READ, Encounter, Patient
from workup.serve.fhir.present import present

NOW = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
SUBJECT = {"reference": "Patient/p7"}


def dated(kind, name, when, encounter=None, **fields):
    """A finding or condition; `when` is of the field that tells its date."""
    field = "recordedDate" if kind == "Condition" else "effectiveDateTime"
    given = {"subject": SUBJECT, "code": {"text": name}, **({field: when} if when else {}), **fields}
    if encounter:
        given["encounter"] = {"reference": f"Encounter/{encounter}"}
    return READ[kind].model_validate(given)


def found(name, when=None, encounter=None, **fields):
    return dated("Observation", name, when, encounter, **fields)


def diagnosis(name, when, encounter=None, **fields):
    category = [{"coding": [{"code": "encounter-diagnosis"}]}]
    return dated("Condition", name, when, encounter, category=category, **fields)


def visit(name, start=None, end=None):
    return Encounter(id=name, subject="Patient/p7", period={"start": start, "end": end})


def names(*resources, received=NOW, encounter=None):
    """What is of the case, by name."""
    made = present(resources, received, encounter)
    return [one.code.name for one in made.resources if not isinstance(one, Patient | Encounter)]


OLD = (
    found("Crushing chest pain", "2005-01-01", "old"),
    dated("DiagnosticReport", "ECG", "2005-01-01", "old"),
)


def test_findings_of_long_ago_are_not_of_an_encounter_that_has_nothing_yet():
    made = present([visit("now", "2026-11-30T08:00:00Z"), *OLD], NOW, "Encounter/now")
    assert [type(one).__name__ for one in made.resources] == ["Encounter"]
    assert made.remarks == (
        "Left out, because of another encounter or from before 2026-11-23: 2 findings and reports.",
    )


def test_nor_with_one_new_finding_that_names_no_encounter():
    assert names(visit("now", "2026-11-30"), *OLD, found("Itching", "2026-11-30")) == ["Itching"]


@pytest.mark.parametrize("encounter", [None, "old"])
def test_nor_without_a_present_encounter_or_in_one_that_nobody_closed(encounter):
    assert names(visit("old", "2005-01-01"), *OLD) == []
    assert names(*OLD, encounter="Encounter/old") == []
    assert names(found("Crushing chest pain", "2005-01-01", encounter)) == []


@pytest.mark.parametrize(
    ("when", "is_present"),
    [("2026-11-23", True), ("2026-11-22", False), ("2026-11-22T23:59:59-05:00", False), (None, True)],
)
def test_a_finding_of_no_encounter_is_present_for_a_week_or_without_a_date(when, is_present):
    assert names(found("Cough", when)) == (["Cough"] if is_present else [])


def test_an_encounter_that_began_on_the_first_of_all_days_is_no_error():
    assert names(visit("now", "0001-01-01"), found("Cough", "2026-11-29", "now")) == ["Cough"]


def test_the_week_is_that_before_the_present_encounter():
    begun = visit("now", "2026-11-20")
    assert names(begun, found("Cough", "2026-11-13"), found("Fever", "2026-11-12")) == ["Cough"]


def test_a_long_stay_has_its_findings_of_a_month():
    stay = visit("now", "2026-09-01")
    assert names(stay, found("Cough", "2026-10-31", "now"), found("Rash", "2026-10-30", "now")) == ["Cough"]


def test_what_went_on_until_now_is_present():
    lasting = {"start": "2026-01-01", "end": "2026-11-29"}
    assert names(found("Cough", effectivePeriod=lasting)) == ["Cough"]


def test_findings_of_another_encounter_are_left_out():
    given = (found("Cough", "2026-11-27", "e0"), found("Red toe", "2026-11-28", "e1"))
    assert names(*given) == ["Red toe"]
    assert names(*given, encounter="Encounter/e0") == ["Cough"]


def test_what_is_entered_in_error_is_not_counted_as_left_out():
    assert present([found("Cough", "2005-01-01", status="entered-in-error")], NOW).remarks == ()


@pytest.mark.parametrize("year", ["2036", "2099"])
def test_what_is_dated_in_the_future_is_left_out_and_told(year):
    given = [
        found("Cough", f"{year}-01-01"),
        dated("Condition", "Gout", None, onsetDateTime=f"{year}-01-01"),
        visit("planned", f"{year}-01-01"),
        found("Fever", "2026-11-30"),
    ]
    made = present(given, NOW)
    assert [one.code.name for one in made.resources] == ["Fever"]
    assert (made.today, made.encounter) == (date(2026, 11, 30), None)
    assert made.remarks == ("Left out, because dated in the future: 2 resources.",)


def test_a_birth_in_the_future_is_not_used_and_told():
    made = present([Patient(id="p7", birthDate="2030-01-01")], NOW)
    assert made.resources == (Patient(id="p7"),)
    assert made.remarks == ("The date of birth is in the future and was not used.",)


def test_where_the_day_has_begun_already_it_is_today():
    made = present([found("Cough", "2026-12-01T00:30:00+13:00")], NOW)
    assert (len(made.resources), made.today, made.remarks) == (1, date(2026, 12, 1), ())
    assert present([found("Cough", "2026-12-02")], NOW).resources == ()


def test_the_diagnosis_of_the_present_case_is_left_out_an_earlier_one_is_history():
    given = (
        visit("e1", "2026-11-26"),
        diagnosis("Gout", "2026-11-26", "e1"),
        diagnosis("Podagra", "2026-11-20"),
        diagnosis("Sinusitis", "2026-11-18"),
        diagnosis("Cystitis", "2026-11-27", "e0"),
    )
    assert names(*given, encounter="Encounter/e1") == ["Sinusitis", "Cystitis"]
    assert all(not one.category for one in present(given, NOW).resources if not isinstance(one, Encounter))
