import pytest

from workup.clinic.assess.forms import contents, sources
from workup.errors import RunError
from workup.registry import Registry, RegistryError, publish


@pytest.fixture
def version(real):
    return real.version("general", 1)


def test_a_published_run_is_whole_and_the_candidate(real, version):
    assert version.damage() == []
    assert real.candidate("general") == version
    assert (version.manifest.note, version.manifest.by) == ("The first.", "ada")


def test_the_weights_are_those_of_the_run(version, diagnoser):
    weights = diagnoser.run.folder / "model" / "model.safetensors"
    assert (version.folder / "model" / "model.safetensors").read_bytes() == weights.read_bytes()
    assert version.manifest.weights == diagnoser.known.checksum
    assert version.manifest.data == diagnoser.known.data


def test_every_validation_case_was_answered_in_every_form(version, diagnoser):
    examples = diagnoser.run.examples.validation
    assert version.evidence.forms == ["findings", "text"]
    for form in version.evidence.forms:
        cases = version.evidence.of_form(form)
        assert [case.id for case in cases] == [example.id for example in examples]
        assert [case.expected for case in cases] == [example.answers[0] for example in examples]
        assert {case.specialty for case in cases} >= {"Cardiology", "Dermatology", "Urology"}
        for case in cases:
            assert case.right == (case.answer == case.expected)
            assert 0 < case.confidence <= 1
            assert case.set_size >= 1


def test_the_first_answer_is_that_of_the_diagnoser(version, diagnoser):
    """Another temperature moves the confidence, never the order."""
    examples = diagnoser.run.examples.validation[:5]
    given = sources(examples, diagnoser.run.predictor.prompt, "text")
    seen = diagnoser.witness.see(contents(examples, "text"), given)
    first = seen.together(diagnoser.known.forms["text"].share).argmax(axis=1)
    expected = [diagnoser.known.conditions[column] for column in first]
    assert [case.answer for case in version.evidence.of_form("text")[:5]] == expected


def test_golden_cases_were_asked(version):
    assert [(one.id, one.kind) for one in version.evidence.asked] == [
        ("skin", "golden"),
        ("heart", "red flag"),
    ]


def test_a_run_that_was_never_evaluated_is_evaluated(version, diagnoser):
    assert version.evidence.top1.total == len(diagnoser.run.examples.validation)


def test_a_line_of_a_specialty_that_the_model_knows_nothing_of_is_refused(diagnoser, tmp_path):
    place = Registry.at(tmp_path / "registry")
    with pytest.raises(RegistryError, match="knows no condition of Psychiatry"):
        publish(place, diagnoser.run.folder, "psychiatry")
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_that_is_none_is_told_before_any_long_work(diagnoser, tmp_path):
    place = Registry.at(tmp_path / "registry")
    with pytest.raises(RegistryError, match="the run itself"):
        publish(place, diagnoser.run.folder, second=diagnoser.run.folder, progress=pytest.fail)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="is not a run"):
        publish(Registry.at(tmp_path / "registry"), tmp_path / "nowhere")
