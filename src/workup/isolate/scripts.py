"""Two scripts with their settings: what differs, and every mixture of the two.

A side is written as the command that runs it, without "python": `LR=3e-4 train.py --epochs 3`. After the
script's name stand, each behind an @, a git revision of it and exact versions of packages:
`train.py@v1.2@transformers==4.57.6`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workup.errors import RunError, nearest
from workup.isolate.differences import Change, Difference, moved, packages
from workup.isolate.setting import Setting
from workup.trials import ScriptTrial, environments

_VARIABLE = re.compile(r"^[A-Za-z_]\w*=")
_NEGATIVE = re.compile(r"^-\.?\d")
_ABSENT = None  # a setting that a side does not have


@dataclass(frozen=True)
class Command:
    """One side: a script, perhaps at a revision, its options and variables, and its environment.

    `options` holds by name the words that follow each option, and by their number ("1", "2", ...) the
    arguments before the first of them.
    """

    script: Path
    revision: str | None
    options: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str]
    environment: tuple[str, ...]

    @classmethod
    def parse(cls, command: str) -> Command:
        """Read a side.

        Raises:
            RunError: no such script or revision.
            RecipeError: the versions behind an @ are not exact.
        """
        words = shlex.split(command)
        variables = {}
        while words and _VARIABLE.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        name, *behind = words.pop(0).split("@") if words else [""]
        script = Path(name)
        if not script.is_file():
            near = [str(path) for path in script.parent.glob("*.py")]
            raise RunError(f"there is no script {name!r}; {nearest(name, near)}")
        revision = next((part for part in behind if "=" not in part), None)
        environment = environments.parse(",".join(part for part in behind if "=" in part))
        if revision is not None:
            _at(script, revision)
        return cls(script, revision, _options(words), variables, environment)

    @property
    def text(self) -> str | None:
        """The script's source at its revision; None: it is that of the file."""
        return None if self.revision is None else _at(self.script, self.revision)

    @property
    def contents(self) -> str:
        """The source that this side runs."""
        return self.script.read_text(encoding="utf-8") if self.text is None else self.text

    def __str__(self) -> str:
        variables = [f"{name}={value}" for name, value in self.variables.items()]
        parts = [str(self.script), self.revision, ",".join(self.environment)]
        return shlex.join([*variables, "@".join(filter(None, parts)), *_words(self.options)])


class ScriptPair:
    """A working and a failing script, and every mixture of the two; see `Pair` of recipes.

    The text of the script is one difference.
    """

    def __init__(self, good: Command, bad: Command, metric: str) -> None:
        self.good, self.bad, self.metric = good, bad, metric
        self.differences = (*map(_alone, _changes(good, bad)), *packages(good.environment, bad.environment))

    def mixed(self, changed: Iterable[str]) -> Command:
        """The good side with the differences of these names as on the bad side."""
        names = set(changed)
        changes = [change for one in self.differences if one.name in names for change in one.changes]
        other = any(change.path == "script" for change in changes)
        origin = self.bad if other else self.good
        return Command(
            origin.script,
            origin.revision,
            _moved(self.good.options, changes, "arguments."),
            _moved(self.good.variables, changes, "variables."),
            moved(self.good.environment, changes),
        )

    def trial(self, setting: Setting, share: float = 1.0) -> ScriptTrial:
        """The trial of a setting; a script's training cannot be shortened from outside."""
        command = self.mixed(setting.changed)
        return ScriptTrial(
            script=command.script,
            metric=self.metric,
            text=command.text,
            arguments=tuple(_words(command.options)),
            variables=command.variables,
            environment=command.environment,
            seed=setting.seed,
            repeat=setting.repeat,
        )


def _alone(change: Change) -> Difference:
    return Difference((change,))


def _changes(good: Command, bad: Command) -> Iterator[Change]:
    if good.contents != bad.contents:
        yield Change("script", *(f"{s.script}{f'@{s.revision}' if s.revision else ''}" for s in (good, bad)))
    for kind, left, right in (
        ("variables", good.variables, bad.variables),
        ("arguments", good.options, bad.options),
    ):
        for name in dict.fromkeys([*left, *right]):
            if left.get(name) != right.get(name):
                yield Change(f"{kind}.{name}", left.get(name, _ABSENT), right.get(name, _ABSENT))


def _moved(own: Mapping[str, Any], changes: Iterable[Change], kind: str) -> dict[str, Any]:
    values = dict(own)
    for change in changes:
        if change.path.startswith(kind):
            values[change.path.removeprefix(kind)] = change.bad
    return {name: value for name, value in values.items() if value is not _ABSENT}


def _options(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The words behind each option, and those before the first one by their number.

    Raises:
        RunError: an option stands twice.
    """
    options: dict[str, tuple[str, ...]] = {}
    name = ""
    for number, word in enumerate(words, start=1):
        if word.startswith("-") and not _NEGATIVE.match(word):
            name, equals, value = word.partition("=")
            if name in options:
                raise RunError(f"the option {name} stands twice; a script's options are told apart by name")
            options[name] = (value,) if equals else ()
        elif name:
            options[name] += (word,)
        else:
            options[str(number)] = (word,)
    return options


def _words(options: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The arguments again, in their order."""
    named = ([name, *values] if name.startswith("-") else values for name, values in options.items())
    return [word for words in named for word in words]


def _at(script: Path, revision: str) -> str:
    """The script's contents at a git revision."""
    command = ["git", "-C", str(script.parent), "show", f"{revision}:./{script.name}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        reason = done.stderr.strip().removeprefix("fatal: ")
        raise RunError(f"{script} cannot be read at the revision {revision!r}: {reason}")
    return done.stdout
