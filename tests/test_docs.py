"""Pages that are made from the code are as new as the code; commands and files that pages name exist."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from workup.cli.app import app
from workup.recipe import Recipe

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "src" / "workup" / "serve" / "page" / "templates").glob("*.jinja"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def module(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return loaded


def test_the_page_of_recipe_fields_is_new():
    maker = module(ROOT / "scripts" / "make_recipe_page.py")
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), "run scripts/make_recipe_page.py"


def test_the_pages_of_the_checks_are_new():
    for path, text in module(ROOT / "scripts" / "make_check_pages.py").pages().items():
        assert path.read_text(encoding="utf-8") == text, "run scripts/make_check_pages.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_page_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    linked = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    named = re.findall(r"(?:recipes|bench|scripts|dev|tests)/[\w.-]+\.(?:yaml|py|md)", text)
    assert [path for path in linked if not (page.parent / path).exists()] == []
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page):
    targets = re.findall(r"^([\w.-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"`make ([\w. -]+)`", page.read_text(encoding="utf-8"))
    assert [word for words in named for word in words.split() if word not in targets] == []


@pytest.mark.parametrize("page", [*PAGES, *TEMPLATES], ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists_with_its_options(page):
    named = re.findall(r"(?:`|<code>|^)workup ([a-z][^`<\n#|>&]*)", page.read_text("utf-8"), re.MULTILINE)
    assert [words for words in named if not _is_command(words.split())] == []


def _is_command(words):
    command = get_command(app)
    for word in words:
        if hasattr(command, "commands"):
            command = command.commands.get(word)
            if command is None:
                return False
        elif word.startswith("--"):
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            if word not in known:
                return False
        elif command.context_settings.get("allow_interspersed_args") is False:
            return True  # what follows an argument is another program's
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_recipe_that_a_page_shows_whole_is_one(page):
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        if re.search(r"^base:", block, re.MULTILINE):
            Recipe.model_validate(yaml.safe_load(block))


def test_the_version_stands_in_the_changelog():
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE).group(1)
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
