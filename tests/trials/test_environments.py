from importlib.metadata import version

import pytest

from workup.errors import RecipeError, RunError
from workup.trials import environments


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_requirements_are_sorted_and_those_fulfilled_are_left_out():
    torch = version("torch")
    parsed = environments.parse(f"transformers==4.57.6, torch=={torch},Tokenizers==0.22.1")
    assert parsed == ("tokenizers==0.22.1", "transformers==4.57.6")
    assert environments.parse("") == ()


@pytest.mark.parametrize("text", ["transformers>=4.57", "transformers", "transformers==4.*", "=="])
def test_a_version_that_is_not_exact_is_refused(text):
    with pytest.raises(RecipeError, match="names no exact version"):
        environments.parse(text)


def test_a_misspelt_package_is_told_the_nearest_that_is_installed():
    with pytest.raises(RecipeError, match="did you mean 'transformers'"):
        environments.parse("transformer==4.57.6")


def test_the_folder_of_an_overlay_is_in_the_users_cache_and_says_what_it_holds(tmp_path):
    folder = environments.folder(("transformers==4.57.6",))
    assert folder.parent == tmp_path / "cache" / "workup" / "environments"
    assert folder.name.startswith("transformers-4.57.6-")
    assert folder != environments.folder(("transformers==4.57.5",))
    assert not environments.is_built(("transformers==4.57.6",))


def test_an_overlay_that_cannot_be_built_leaves_nothing_and_says_why(monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    requirements = ("rapidfuzz==0.0.1",)
    with pytest.raises(RunError, match=r"rapidfuzz==0\.0\.1 cannot be built: "):
        environments.build(requirements)
    assert not environments.folder(requirements).exists()
