import re

import pytest

from registry_versions import evidence, put
from workup.evaluation.metrics import Proportion
from workup.registry.evidence import Asked, Examined, Second


@pytest.fixture
def section(registry):
    """Publishes a version with this evidence, and gives one section of its card."""

    def of(title, line="general", **changes):
        card = (put(registry, evidence(**changes), line).folder / "README.md").read_text()
        (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
        return " ".join(found.split())

    return of


def test_the_head_is_what_model_hubs_read(passing):
    import yaml

    head = (passing.folder / "README.md").read_text().split("---\n")[1]
    assert yaml.safe_load(head)["library_name"] == "transformers"


def test_the_title_is_the_version(passing):
    assert "\n# general@1\n" in (passing.folder / "README.md").read_text()


def test_intended_use_is_the_notice_of_the_recipe(section):
    told = section("Intended use")
    assert told.startswith("A test, not a doctor.")
    assert "Not for: diagnosis, triage or treatment" in told


def test_what_it_is(section):
    told = section("What it is")
    assert "| base | builtin |" in told
    assert "by ada" in told
    assert "8 conditions" in told


def test_training_data_has_its_fingerprint(section):
    assert "| fingerprint | d4ta |" in section("Training data")


def test_training_has_the_settings_that_matter_most(section):
    assert section("Training").startswith("2.0 epochs, batches of 8, adafactor at 0.001, seed 0.")


def test_evaluation_has_every_form_and_specialty_with_intervals(section):
    told = section("Evaluation")
    assert "| findings | 40 | 90.0% (76.9% to 96.0%) |" in told
    assert "| specialty 3 | 9 of 10 |" in told


def test_calibration_has_its_error_and_the_coverage(section):
    told = section("Calibration")
    assert "100.0%" in told
    assert "| 90 % | 2.0 | 1.50 |" in told


def test_safety_names_every_case_that_is_wrong(section):
    asked = (Asked("lost", "golden", "Gout", "it says Migraine (51%)", False),)
    told = section("Safety", asked=asked)
    assert "0 of 1 golden cases right" in told
    assert "lost: Gout expected, it says Migraine (51%)" in told
    assert "That none fires proves nothing." in told


def test_examination_names_every_error(section):
    assert "50 checks were made: 0 errors, 2 warnings." in section("Examination")
    told = section("Examination", examined=Examined(("BAT001: pads are counted",), 0, (), 3))
    assert "* BAT001: pads are counted" in told
    assert section("Examination", examined=None) == "It was not examined."


def test_reproducibility_has_both_figures(section):
    told = section("Reproducibility", second=Second("again", 7, "abc", Proportion(35, 40)))
    assert "again, seed 7" in told
    assert "87.5%" in told
    assert section("Reproducibility", second=None).startswith("There was no second training.")


def test_limits_tell_how_few_the_cases_are(section):
    assert "of which there are 40" in section("Limits")


def test_use_has_code_and_the_prompt(section):
    told = section("Use")
    assert "Diagnoser.load" in told
    assert "`medical diagnosis: {findings} What is the most likely diagnosis?`" in told


def test_the_card_of_a_specialty_names_it(registry):
    card = (put(registry, evidence(), "dermatology").folder / "README.md").read_text()
    assert "for a case of Dermatology" in card
