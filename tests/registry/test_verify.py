import json

import pytest

from registry_versions import evidence, put
from workup.registry import promote, rollback
from workup.registry.verify import verify


@pytest.fixture
def decided(registry, passing):
    """A registry with two versions and three decisions."""
    promote(registry, passing)
    promote(registry, put(registry, evidence(), weights=b"others"))
    rollback(registry, "general")
    return registry


def test_what_is_as_it_was_has_no_problem(decided):
    found = verify(decided)
    assert found.problems == ()
    assert (found.versions, found.decisions) == (2, 3)
    assert found.bytes == sum(path.stat().st_size for path in decided.blobs.kept())


def test_a_damaged_file_is_found_in_every_version_that_has_it(decided):
    weights = decided.blobs.path(decided.version("general", 1).manifest.files["recipe.yaml"])
    weights.write_bytes(b"damaged")
    told = "\n".join(verify(decided).problems)
    for place in ("general@1: recipe.yaml", "general@2: recipe.yaml", "blobs/"):
        assert place in told


def test_one_version_alone_can_be_looked_at(decided):
    first, second = decided.versions("general")
    weights = decided.blobs.path(first.manifest.files["model/model.safetensors"])
    weights.write_bytes(b"damaged")
    assert verify(decided, [second]).problems == ()
    assert len(verify(decided, [first]).problems) == 1


def test_a_decision_that_was_changed_shows_in_the_next(decided):
    path = decided.decisions("general").path(2)
    path.write_text(path.read_text().replace('"by": "', '"by": "not '))
    assert verify(decided).problems == (
        "decisions/general/000003.json: the decision before it was changed since this one was taken",
    )


def test_a_decision_that_was_taken_away_is_missed(decided):
    decided.decisions("general").path(2).unlink()
    (problem,) = verify(decided).problems
    assert "number 2 should stand here" in problem


def test_a_manifest_that_was_changed_since_its_promotion_shows(decided):
    path = decided.version("general", 2).folder / "version.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "note": "better than it is"}))
    assert verify(decided).problems == (
        "decisions/general/000002.json: the version.json of general@2 was changed since this decision",
    )


def test_what_a_killed_publish_left_is_told_and_is_no_problem(decided):
    (decided.versions_folder / ".partial-x").mkdir()
    found = verify(decided)
    assert found.problems == ()
    assert found.unfinished == ("versions/.partial-x",)
