import json
import shutil

import pytest

from learning_cases import CROUP, GOUT, MIGRAINE, synthetic
from workup.errors import RegistryError, RunError
from workup.learning.references import add
from workup.learning.retraining.material import gather, require_unchanged, serving
from workup.learning.review import decide, item_of
from workup.learning.store import opened
from workup.recipe import Recipe
from workup.registry import Registry, Version
from workup.registry.learned import LEARNED


@pytest.fixture
def version(served_once, tmp_path):
    """A serving version in a folder of the test's own."""
    shutil.copytree(served_once / "registry" / "versions" / "general@1", tmp_path / "version")
    return Version("general", 1, tmp_path / "version")


@pytest.fixture
def session(tmp_path, release):
    """A store in which three cases are released: two that the version knows, and one it does not."""
    for case in (GOUT, MIGRAINE, CROUP):
        release(case["diagnosis"], [case["text"]])
    with opened(str(tmp_path / "learning.db")) as session:
        yield session


@pytest.fixture
def reserve(session, write):
    """Makes a case of a canary."""
    return lambda case: add(session, write(case, name="canary.jsonl"), "canary")


def learned_by(version, session):
    """The next version, which learned what there was."""
    learned = gather(session, version).learned("fresh")
    (version.folder / LEARNED).write_text(json.dumps(learned.to_json()))
    return Version("general", 2, version.folder)


def texts(rows):
    return [row.values["text"] for row in rows]


def test_released_cases_are_new_to_a_version_that_never_learned(session, version):
    found = gather(session, version)
    assert texts(found.lesson.new) == [one.text for one in found.items]
    assert [one.diagnosis for one in found.items] == ["Gout", "Migraine"]
    assert (len(found.lesson.old), len(found.lesson.validation)) == (24, 16)
    assert (found.known, found.withdrawn) == ((), ())


def test_conditions_that_it_does_not_know_are_held_back(session, version):
    assert gather(session, version).unknown == {"Croup": 1}


def test_what_it_learned_is_old_afterwards(session, version, release):
    second = learned_by(version, session)
    release("Gout", synthetic("Gout", 1))
    found = gather(session, second)
    assert [one.diagnosis for one in found.known] == ["Gout", "Migraine"]
    assert texts(found.lesson.new) == synthetic("Gout", 1)
    assert texts(found.lesson.old)[-2:] == [one.text for one in found.known]


def test_provenance_names_every_item_with_its_fingerprint_and_reviewers(session, version):
    found = gather(session, version)
    learned = found.learned("replay")
    assert [(one.item, one.sender, one.reviewers) for one in learned.items] == [
        (1, "St Ann", ("Ann", "Bea")),
        (2, "St Ann", ("Ann", "Bea")),
    ]
    assert [one.fingerprint for one in learned.items] == [one.fingerprint for one in found.items]
    assert (learned.way, learned.after, learned.new) == ("replay", "general@1", 2)
    assert learned.steps == 6 + found.lesson.steps


def test_a_case_that_becomes_a_canary_is_no_longer_learned(session, version, reserve):
    reserve(GOUT)
    assert [one.diagnosis for one in gather(session, version).items] == ["Migraine"]


def test_if_it_was_learned_before_its_weights_are_spoilt(session, version, reserve):
    second = learned_by(version, session)
    reserve(GOUT)
    found = gather(session, second)
    assert found.withdrawn == ("item 1 (Gout) is no longer released as that",)
    assert [one.diagnosis for one in found.known] == ["Migraine"]
    assert GOUT["text"] not in texts([*found.lesson.old, *found.lesson.new])


def test_the_same_holds_for_a_training_case_of_its_recipe(session, version, reserve):
    text = gather(session, version).lesson.old[0].values["text"]
    reserve({"text": text.upper()})
    found = gather(session, version)
    assert len(found.withdrawn) == 1
    assert "of canary case canary.jsonl:1" in found.withdrawn[0]
    assert text not in texts(found.lesson.old)


def test_a_case_that_is_decided_otherwise_is_taken_back_and_new_again(session, version):
    second = learned_by(version, session)
    for name in ("Ann", "Bea"):
        decide(session, item_of(session, 1), name, "accept", "on second thoughts", "Psoriasis")
    found = gather(session, second)
    assert found.withdrawn == ("item 1 (Gout) is no longer released as that",)
    assert [one.diagnosis for one in found.items] == ["Psoriasis"]


def test_a_line_of_a_specialty_learns_only_its_own(session, version):
    neurology = Version("neurology", 1, version.folder)
    assert [one.diagnosis for one in gather(session, neurology).items] == ["Migraine"]


def test_a_round_that_was_begun_takes_no_later_cases(session, version, release):
    begun = gather(session, version)
    release("Gout", synthetic("Gout", 1))
    only = [one.fingerprint for one in begun.items]
    assert gather(session, version, only).items == begun.items


def test_what_changes_during_a_training_is_noticed(session, version, reserve):
    found = gather(session, version)
    require_unchanged(session, found)
    reserve(MIGRAINE)
    with pytest.raises(RunError, match="has changed during the training"):
        require_unchanged(session, found)


def test_a_version_that_was_continued_by_hand_is_refused(session, version):
    path = version.folder / "recipe.yaml"
    path.chmod(0o644)
    recipe = Recipe.load(path).change("training.continue_from", "runs/before")
    path.unlink()
    recipe.save(path)
    with pytest.raises(RegistryError, match="was continued by hand from runs/before"):
        gather(session, version)


def test_so_is_one_of_unknown_length(session, version):
    (version.folder / "run.json").unlink()
    with pytest.raises(RegistryError, match="nothing says how many steps general@1 was trained for"):
        gather(session, version)


def test_nothing_is_learned_where_nothing_serves(served_once, tmp_path):
    shutil.copytree(served_once / "registry", tmp_path / "registry")
    shutil.rmtree(tmp_path / "registry" / "decisions" / "general")
    with pytest.raises(RegistryError, match="nothing serves in general"):
        serving(Registry(tmp_path / "registry"), "general")
