from collections import defaultdict

from workup.clinic.book import conditions
from workup.clinic.lexicon import findings
from workup.clinic.spans import draw_value
from workup.data.check import mentions


def test_every_finding_of_the_book_is_in_the_lexicon():
    named = {name for _, c in conditions() for name in (*c.findings, *c.imaging, *c.tests)}
    assert named == set(findings())


def test_every_finding_can_be_told_by_clinicians_and_by_patients():
    for name, finding in findings().items():
        if finding.kind != "patient":
            assert finding.clinical, name
            assert finding.lay, name


def test_symptoms_have_several_plain_forms():
    counts = [len(finding.lay) for finding in findings().values() if finding.kind == "symptom"]
    assert sum(count >= 4 for count in counts) > 0.95 * len(counts)


def test_no_surface_form_belongs_to_two_findings():
    owners = defaultdict(set)
    for name, finding in findings().items():
        for form in (name, *finding.clinical, *finding.spelling, *finding.lay):
            owners[form.lower()].add(name)
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}


def test_lay_forms_are_clauses_that_can_be_joined():
    for name, finding in findings().items():
        for clause in (*finding.lay, *finding.lay_absent):
            assert clause == clause.strip(), name
            assert clause[-1] not in ".,;:!?", clause
            assert ";" not in clause, clause
            assert '"' not in clause, clause


def test_measured_ranges_can_be_drawn_from():
    import random

    for finding in findings().values():
        for span in finding.measured.values():
            assert draw_value(span, random.Random(0)) != span


def test_every_finding_leaves_some_form_that_does_not_name_its_condition():
    for _, condition in conditions():
        for name in condition.findings:
            finding = findings()[name]
            if finding.kind == "patient":
                continue
            for forms in ((name, *finding.clinical), finding.lay):
                free = [form for form in forms if not any(mentions(form, n) for n in condition.names)]
                assert free, (condition.name, name)
