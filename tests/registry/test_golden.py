import pytest

from registry_versions import GOLDEN
from workup.clinic.book import conditions
from workup.clinic.safety import doubts, read, red_flags
from workup.errors import DataError
from workup.registry.golden import ask, fingerprint, golden_cases
from workup.registry.lines import lines

SHIPPED = golden_cases("general")


def write(tmp_path, text):
    path = tmp_path / "golden.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("line", [line for line in lines() if line != "general"])
def test_every_specialty_has_a_golden_and_a_red_flag_case(line):
    assert {case.kind for case in golden_cases(line)} == {"golden", "red flag"}


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: case.id)
def test_a_shipped_case_is_a_condition_of_its_specialty_and_raises_what_it_names(case):
    assert (case.specialty, case.diagnosis) in {(s.specialty, c.name) for s, c in conditions()}
    reading = read(case.text)
    assert set(case.flags) <= {flag.rule.id for flag in red_flags(reading)}
    assert doubts(reading) == ()


def test_every_red_flag_case_is_about_an_emergency():
    urgency = {condition.name: condition.urgency for _, condition in conditions()}
    assert {urgency[case.diagnosis] for case in SHIPPED if case.flags} == {"emergency"}


def test_the_general_line_is_asked_all_and_a_specialty_its_own(tmp_path):
    own = write(tmp_path, GOLDEN)
    assert [case.id for case in golden_cases("general", own)] == ["skin", "heart"]
    assert [case.id for case in golden_cases("cardiology", own)] == ["heart"]
    assert golden_cases("urology", own) == ()


def test_a_list_is_known_by_its_contents_and_not_by_its_order():
    assert fingerprint(SHIPPED) == fingerprint(SHIPPED[::-1])
    assert fingerprint(SHIPPED) != fingerprint(SHIPPED[1:])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("heart-attack", "heart-attak", "did you mean 'heart-attack'"),
        ("id: heart", "id: skin", "two cases are called skin"),
        ("diagnosis: Acute", "diagnose: Acute", "diagnose"),
        ("cases:", "cases: [", "not valid YAML"),
    ],
)
def test_a_faulty_list_is_refused_with_its_place(tmp_path, old, new, said):
    with pytest.raises(DataError, match=said) as refused:
        golden_cases("general", write(tmp_path, GOLDEN.replace(old, new)))
    assert "golden.yaml" in str(refused.value)


def test_a_diagnoser_is_right_where_it_gives_the_diagnosis_or_tells_the_danger(diagnoser, tmp_path):
    text = GOLDEN.replace("Psoriasis, text: Itchy", "Migraine, text: Itchy")
    skin, heart = ask(diagnoser, golden_cases("general", write(tmp_path, text)))
    assert (skin.kind, skin.right) == ("golden", False)
    assert skin.said.startswith("it ")
    assert (heart.kind, heart.right) == ("red flag", True)


def test_a_red_flag_case_whose_rule_is_silent_is_wrong_whatever_the_model_says(diagnoser, tmp_path):
    text = GOLDEN.replace("[heart-attack]", "[heart-attack, stroke]")
    heart = ask(diagnoser, golden_cases("cardiology", write(tmp_path, text)))[0]
    assert (heart.right, heart.said) == (False, "the rules stroke do not fire")


def test_a_condition_that_the_model_does_not_know_is_never_told(diagnoser, tmp_path):
    text = GOLDEN.replace("Acute myocardial infarction", "Aortic stenosis")
    heart = ask(diagnoser, golden_cases("cardiology", write(tmp_path, text)))[0]
    assert not heart.right
    assert heart.said.startswith("it is not told")
