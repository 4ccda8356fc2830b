import pytest

from registry_versions import case, evidence, put
from workup.evaluation.metrics import Proportion
from workup.registry import RegistryError, promote, rollback
from workup.registry.evidence import Asked, Examined, Second
from workup.registry.gates import GATES
from workup.registry.promotion import gates


def test_a_version_that_passes_serves(registry, passing):
    decision = promote(registry, passing, by="ada", why="the first")
    assert (decision.action, decision.by, decision.why, decision.override) == (
        "promote",
        "ada",
        "the first",
        None,
    )
    assert [gate["gate"] for gate in decision.gates if gate["passed"]] == [
        one.gate for one in gates(registry, passing, None)
    ]
    assert len(decision.gates) == len(GATES) + 1
    assert registry.serving("general") == passing


def test_a_refusal_is_kept_with_its_numbers_and_changes_nothing(registry, passing):
    promote(registry, passing)
    worse = put(registry, evidence(examined=None))
    decision = promote(registry, worse)
    assert decision.action == "refuse"
    assert decision.failed == ["examined", "findings"]
    assert registry.serving("general") == passing
    assert registry.candidate("general") == worse
    assert registry.decisions("general").all[-1].failed == ["examined", "findings"]


@pytest.mark.parametrize(
    ("gate", "fault"),
    {
        "examined": {"examined": None},
        "findings": {"examined": Examined(("BAT001: pads are counted in the loss",), 0, (), 50)},
        "specialties": {"cases": tuple(case(number, right=number >= 10) for number in range(40))},
        "calibration": {"cases": tuple(case(number, confidence=0.5) for number in range(40))},
        "coverage": {"cases": tuple(case(number, in_set=number % 4 != 0) for number in range(40))},
        "golden cases": {"asked": (Asked("skin", "golden", "Psoriasis", "it says Gout (51%)", False),)},
        "red-flag cases": {"asked": (Asked("heart", "red flag", "Gout", "it is not told", False),)},
        "reproducible": {"second": Second("again", 1, "abc", Proportion(20, 40))},
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_gate_alone_stops_a_promotion(registry, gate, fault):
    first = put(registry, evidence(cases=tuple(case(number) for number in range(40))))
    promote(registry, first, override="the first")
    decision = promote(registry, put(registry, evidence(**fault)))
    assert decision.action == "refuse"
    assert gate in decision.failed
    assert registry.serving("general") == first


def test_a_version_that_learned_what_is_reserved_now_is_refused_and_can_be_let_through(registry):
    version = put(registry, evidence(), trained={"a" * 64: "case-1"})
    assert gates(registry, version, None, frozenset())[-1].passed
    decision = promote(registry, version, reserved=frozenset({"a" * 64}))
    assert (decision.action, decision.failed) == ("refuse", ["reserved cases"])
    assert "case-1" in decision.gates[-1]["told"]
    forced = promote(registry, version, reserved=frozenset({"a" * 64}), override="the test is retired")
    assert (forced.action, forced.failed) == ("promote", ["reserved cases"])


def test_an_override_promotes_and_its_reason_is_kept(registry):
    version = put(registry, evidence(second=None))
    assert promote(registry, version, override="a pilot on the test ward").action == "promote"
    kept = registry.decisions("general").all[-1]
    assert (kept.override, kept.failed) == ("a pilot on the test ward", ["reproducible"])
    assert registry.serving("general") == version


def test_an_override_that_was_not_needed_is_none(registry, passing):
    assert promote(registry, passing, override="to be sure").override is None


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_override_without_a_reason_is_refused(registry, passing, reason):
    with pytest.raises(RegistryError, match="reason in words"):
        promote(registry, passing, override=reason)
    assert registry.decisions("general").all == ()


def test_what_serves_is_not_promoted_again(registry, passing):
    promote(registry, passing)
    with pytest.raises(RegistryError, match="general@1 serves already"):
        promote(registry, passing)


def test_a_damaged_version_is_not_promoted_whatever_the_reason(registry, passing):
    weights = passing.folder / "model" / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"other")
    with pytest.raises(RegistryError, match=r"model/model\.safetensors is damaged"):
        promote(registry, passing, override="it is urgent")
    assert registry.serving("general") is None


def test_a_version_that_was_asked_other_golden_cases_has_to_be_published_again(registry, passing):
    own = registry.folder / "golden.yaml"
    own.write_text(own.read_text().replace("both elbows", "both knees"))
    decision = promote(registry, passing)
    assert decision.failed == ["golden cases", "red-flag cases"]
    assert "publish the run again" in decision.gates[5]["told"]


def test_a_rollback_brings_the_version_before_back(registry, passing):
    promote(registry, passing)
    second = put(registry, evidence())
    promote(registry, second)
    decision = rollback(registry, "general", by="ada", why="it answers strangely")
    assert (decision.action, decision.version, decision.before) == ("rollback", 1, 2)
    assert registry.serving("general") == passing
    promote(registry, second)
    assert registry.serving("general") == second


def test_without_a_version_before_there_is_no_rollback(registry, passing):
    with pytest.raises(RegistryError, match="nothing serves in general"):
        rollback(registry, "general")
    promote(registry, passing)
    with pytest.raises(RegistryError, match="no version served before it"):
        rollback(registry, "general")


def test_a_rollback_to_a_damaged_version_is_refused_and_the_serving_one_stays(registry, passing):
    promote(registry, passing)
    second = put(registry, evidence(), weights=b"others")
    promote(registry, second)
    (passing.folder / "recipe.yaml").unlink()
    with pytest.raises(RegistryError, match=r"recipe\.yaml is missing"):
        rollback(registry, "general")
    assert registry.serving("general") == second


def test_a_version_that_this_workup_cannot_read_is_not_promoted(registry, passing, monkeypatch):
    promote(registry, passing)
    second = put(registry, evidence())
    monkeypatch.setattr("workup.clinic.assess.kept.FORMAT", 99)
    with pytest.raises(RegistryError, match="this Workup reads 99"):
        promote(registry, second, override="it is urgent")
    assert registry.serving("general") == passing
