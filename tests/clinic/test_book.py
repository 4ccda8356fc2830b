from collections import Counter

import pytest

from workup.clinic.book import book_files, by_name, conditions, parse_specialty, read_book, specialties
from workup.clinic.entries import Faulty
from workup.errors import DataError

CONDITION = """
specialty: Cardiology
conditions:
  - name: Acute pericarditis
    icd10: I30.9
    aliases: [Pericarditis]
    urgency: urgent
    patients: {age: 20 to 60 years, male: 0.6}
    duration: 1 day to 2 weeks
    differential: [Myocarditis]
    findings: {chest pain: 0.9}
    against: [troponin far above the limit]
    cases:
      - id: acute-pericarditis-1
        use: train
        style: note
        age: 34 years
        sex: male
        symptoms: [sharp chest pain]
        text: 34M with sharp chest pain that eases on leaning forward.
"""


def test_the_example_of_these_tests_is_sound():
    assert parse_specialty(CONDITION, "x.yaml").conditions[0].cases[0].style == "note"


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("urgency: urgent", "urgency: soon", 7, "conditions.0.urgency"),
        ("I30.9", "pericard", 5, "conditions.0.icd10"),
        ("chest pain: 0.9", "chest pain: 90", 11, "conditions.0.findings.chest pain"),
        ("34 years", "34", 17, "conditions.0.cases.0.age"),
        ("sex: male", "sexx: male", 18, "conditions.0.cases.0.sexx"),
        ("20 to 60 years", "20-60", 8, "conditions.0.patients.age"),
        ("1 day to 2 weeks", "short", 9, "conditions.0.duration"),
    ],
)
def test_a_fault_in_the_book_is_named_with_its_line_and_field(old, new, line, field):
    assert CONDITION.count(old) == 1
    with pytest.raises(Faulty) as caught:
        parse_specialty(CONDITION.replace(old, new), "x.yaml")
    places = {(fault.place, fault.field) for fault in caught.value.faults}
    assert (f"x.yaml:{line}", field) in places


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("use: train", "use: train\n        use: validation", r"x\.yaml:16: .* key 'use' stands twice"),
        ("specialty: Cardiology", "specialty: [", r"x\.yaml:\d+: not valid YAML"),
    ],
)
def test_broken_yaml_is_named_with_its_line(old, new, message):
    with pytest.raises(DataError, match=message):
        parse_specialty(CONDITION.replace(old, new), "x.yaml")


def test_the_files_of_a_book_are_a_file_or_a_folder_in_order(tmp_path):
    (tmp_path / "b.yaml").write_text(CONDITION)
    (tmp_path / "a.yaml").write_text(CONDITION)
    assert [file.name for file in book_files(tmp_path)] == ["a.yaml", "b.yaml"]
    assert book_files(tmp_path / "b.yaml") == [tmp_path / "b.yaml"]


def test_no_book_is_an_error(tmp_path):
    for nothing in (tmp_path, tmp_path / "none.yaml"):
        with pytest.raises(DataError, match="there is no case book at"):
            book_files(nothing)


def test_a_book_is_read_as_far_as_it_is_sound(tmp_path):
    (tmp_path / "a.yaml").write_text(CONDITION.replace("urgent", "soon"))
    (tmp_path / "b.yaml").write_text(CONDITION)
    first, second = read_book(str(tmp_path))
    assert first.sound is None
    assert first.faults[0].place == f"{tmp_path / 'a.yaml'}:7"
    assert len(first.faults) == 1
    assert second.sound == parse_specialty(CONDITION, "b.yaml")
    assert second.lines.of("conditions", 0, "cases", 0, "age") == 17


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path):
    (tmp_path / "a.yaml").write_bytes(CONDITION.replace("Myocarditis", "Myokarditis, ä").encode("latin-1"))
    with pytest.raises(DataError, match=r"a\.yaml:10: not UTF-8"):
        list(read_book(str(tmp_path)))


def test_the_shipped_book_is_read_by_no_path():
    assert tuple(file.sound for file in read_book("")) == specialties()


def test_the_book_holds_171_conditions_of_19_specialties():
    assert len(specialties()) == 19
    assert len(list(conditions())) == 171


def test_every_condition_has_three_training_and_two_validation_cases():
    for _, condition in conditions():
        assert Counter(case.use for case in condition.cases) == {"train": 3, "validation": 2}, condition.name


def test_a_third_of_the_validation_cases_is_atypical_or_incomplete():
    forms = Counter(case.form for _, c in conditions() for case in c.cases if case.use == "validation")
    assert forms["atypical"] + forms["incomplete"] == forms.total() / 3


def test_styles_are_evenly_spread_over_both_uses():
    counts = Counter((case.use, case.style) for _, c in conditions() for case in c.cases)
    assert set(counts.values()) == {171, 114}


def test_every_condition_is_found_by_its_name_with_its_specialty():
    assert list(by_name().values()) == list(conditions())
    assert by_name()["Gout"][0].specialty == "Rheumatology and immunology"
