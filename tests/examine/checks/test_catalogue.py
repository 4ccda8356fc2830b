"""Every check of the catalogue is documented, and named only once."""

import pytest

from workup.examine import measurements
from workup.examine.check import HEADINGS, by_code
from workup.examine.checks import CATALOGUE
from workup.examine.finding import STAGES
from workup.examine.measurements import MEASUREMENTS
from workup.examine.subject import MEANINGS

PREFIXES = ("ENV", "INP", "TOK", "BAT", "MOD", "TRA", "GEN", "OUT")


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.code)
def test_a_check_is_documented_under_every_heading(check):
    assert list(check.sections()) == list(HEADINGS)
    assert all(check.sections().values())
    assert check.summary.endswith(".")


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.code)
def test_a_check_asks_only_for_parts_that_exist(check):
    assert set(check.needs) <= {*MEANINGS, *MEASUREMENTS}


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.code)
def test_the_code_of_a_check_begins_with_its_stage(check):
    assert check.code[:3] == PREFIXES[STAGES.index(check.stage)]
    assert check.code[3:].isdigit()


def test_codes_and_names_are_unique_and_stages_stand_in_order():
    assert (
        len({check.code for check in CATALOGUE}) == len({check.name for check in CATALOGUE}) == len(CATALOGUE)
    )
    order = [STAGES.index(check.stage) for check in CATALOGUE]
    assert order == sorted(order)


def test_a_check_is_found_by_code_and_by_name_and_a_wrong_one_gets_a_hint():
    assert by_code(CATALOGUE, "bat003") is by_code(CATALOGUE, "pads-in-labels")
    with pytest.raises(KeyError, match="did you mean 'BAT0"):
        by_code(CATALOGUE, "BAT03")


def test_no_two_measurements_share_a_name():
    modules = [module for module in vars(measurements).values() if hasattr(module, "MEASUREMENTS")]
    assert len(MEASUREMENTS) == sum(len(module.MEASUREMENTS) for module in modules)
    assert not set(MEASUREMENTS) & set(MEANINGS)
