"""Fresh environments: folders of other package versions, laid over what is installed.

An overlay holds only what must change for its requirements: pip itself resolves them together with what
Workup needs, against what is installed. So another release of transformers costs some hundred megabytes
beside the same torch, not a second environment of gigabytes. A child process reads the overlay first
(PYTHONPATH); nothing that is installed is touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import distributions, requires
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from workup.errors import RecipeError, RunError, nearest
from workup.files import whole_folder, write_json
from workup.trials.trial import digest

# In an overlay: which packages of which versions it holds.
CONTENTS = "environment.json"


def parse(text: str) -> tuple[str, ...]:
    """Exact requirements, such as "transformers==4.57.6,tokenizers==0.22.1", sorted; () when none.

    A requirement that what is installed fulfils is left out.

    Raises:
        RecipeError: no exact requirement, or a package that is not installed, with the nearest that is.
    """
    present = installed()
    wanted = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            requirement = Requirement(part)
        except InvalidRequirement:
            requirement = Requirement("none")
        exact = [spec.version for spec in requirement.specifier if spec.operator == "=="]
        if len(exact) != 1 or len(requirement.specifier) != 1 or "*" in exact[0]:
            raise RecipeError(f"{part!r} names no exact version of a package; write transformers==4.57.6")
        name = canonicalize_name(requirement.name)
        if name not in present:
            raise RecipeError(f"no package {requirement.name!r} is installed; {nearest(name, present)}")
        if present[name] != exact[0]:
            wanted[name] = exact[0]
    return tuple(f"{name}=={version}" for name, version in sorted(wanted.items()))


@cache
def installed() -> dict[str, str]:
    """The version of every installed package, by its canonical name."""
    found = ((d.metadata["Name"], d.version) for d in distributions())
    # Of a package found twice, the first is the one that is imported.
    return {canonicalize_name(name): version for name, version in reversed([*found]) if name}


def is_built(requirements: tuple[str, ...]) -> bool:
    """Whether the overlay of the requirements is there, or none is needed."""
    return not requirements or (folder(requirements) / CONTENTS).is_file()


def folder(requirements: tuple[str, ...]) -> Path:
    """Where the overlay of the requirements is kept: it fits this Python and what is installed now."""
    beside = digest([sys.version, sys.prefix, sorted(installed().items()), requirements])
    names = "+".join(requirement.replace("==", "-") for requirement in requirements)
    return _cache_folder() / "environments" / f"{names}-{beside[:12]}"


def _cache_folder() -> Path:
    """The user's cache folder (XDG_CACHE_HOME, else ~/.cache), Workup's part of it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workup"


def build(requirements: tuple[str, ...], watch: Callable[[str], None] = lambda doing: None) -> Path:
    """The overlay of the requirements, built unless it is there. `watch` is told what is being done.

    Raises:
        RunError: pip cannot resolve or fetch them.
        SaveError: the disk is full.
    """
    overlay = folder(requirements)
    if is_built(requirements):
        return overlay
    watch(f"resolving {', '.join(requirements)}")
    pinned = resolve(requirements)
    watch(f"installing {len(pinned)} packages for {', '.join(requirements)}")
    with whole_folder(overlay) as partial:
        _pip(["install", "--no-deps", "--target", str(partial), *pinned], requirements)
        write_json(partial / CONTENTS, pinned)
    return overlay


def resolve(requirements: Iterable[str]) -> list[str]:
    """Every package that must differ from what is installed to fulfil the requirements, pinned.

    Raises:
        RunError: they fit neither each other nor Workup, or pip cannot find them.
    """
    ours = [requirement for requirement in requires("workup") or () if "extra ==" not in requirement]
    wanted = list(requirements)
    with TemporaryDirectory(prefix="workup-pip-") as made:
        report = Path(made) / "report.json"
        _pip(["install", "--dry-run", "--report", str(report), *wanted, *ours], wanted)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(f"{one['metadata']['name']}=={one['metadata']['version']}" for one in found)


def _pip(arguments: list[str], requirements: Iterable[str]) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        reason = said[-1].removeprefix("ERROR: ") if said else done.stderr.strip()[-300:]
        if "No module named pip" in done.stderr:
            reason = f"pip is missing; install it with: {sys.executable} -m ensurepip"
        raise RunError(f"an environment with {', '.join(requirements)} cannot be built: {reason}")
