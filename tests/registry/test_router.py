import pytest

from registry_versions import evidence, put
from workup.registry import RegistryError, promote, rollback, route


@pytest.fixture
def both(registry):
    """A general and a dermatological version, both serving."""
    for line in ("general", "dermatology"):
        promote(registry, put(registry, evidence(), line))
    return registry


def test_a_specialty_with_a_line_of_its_own_gets_its_version(both):
    found = route(both, "Dermatology")
    assert found.version.name == "dermatology@1"
    assert found.why == "dermatology@1: it serves Dermatology"


def test_a_specialty_without_one_gets_the_general_version_and_is_told(both):
    found = route(both, "Cardiology")
    assert found.version.name == "general@1"
    assert "cardiology serves no version of its own" in found.why


def test_a_case_without_a_specialty_gets_the_general_version(both):
    assert route(both).version.name == "general@1"


def test_a_specialty_that_there_is_not_gets_the_nearest(both):
    with pytest.raises(RegistryError, match="did you mean 'cardiology'"):
        route(both, "Kardiology")


def test_where_nothing_serves_nothing_answers(registry, passing):
    with pytest.raises(RegistryError, match="no version serves in general nor in cardiology"):
        route(registry, "Cardiology")


def test_a_candidate_is_never_routed_to(both):
    put(both, evidence(), "dermatology")
    assert route(both, "Dermatology").version.number == 1


def test_a_promotion_and_a_rollback_hold_for_the_next_case(both):
    promote(both, put(both, evidence(), "dermatology"))
    assert route(both, "Dermatology").version.number == 2
    rollback(both, "dermatology")
    assert route(both, "Dermatology").version.number == 1
