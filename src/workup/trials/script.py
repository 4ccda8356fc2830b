"""A script as a trial: run as its user would, judged by a number that it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workup.pipeline.versions import installed
from workup.trials.trial import PACKAGES, Outcome, digest, fingerprint

SEED = "{seed}"
_NUMBER = r"\W*?(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|-?inf)\b"


@dataclass(frozen=True)
class ScriptTrial:
    """Run a script in a process of its own, from the folder where Workup was started.

    Attributes:
        script: its file.
        text: what to run in place of the file's contents, such as those of another revision; None: the file.
        arguments: what it is given; "{seed}" in one of them becomes the seed.
        variables: of its environment, beside those that there are.
        environment: exact requirements that replace what is installed; see `workup.trials.environments`.
        metric: the words that it prints before the number that judges it; of several lines the last counts.
        seed: also told to it as the variable WORKUP_SEED.
        repeat: see `Trial`.
    """

    script: Path
    metric: str
    text: str | None = None
    arguments: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    environment: tuple[str, ...] = ()
    seed: int = 0
    repeat: int = 0

    @property
    def key(self) -> str:
        """A digest of everything here, the script's contents, and the installed versions.

        Of the files that the script reads, those named by an argument or a variable are covered.
        """
        named = [*self.arguments, *self.variables.values()]
        files = {name: fingerprint(Path(name)) for name in named if len(name) < 256}
        return digest(
            {
                **self.to_json(),
                "contents": fingerprint(self.script),
                "files": files,
                "installed": installed(PACKAGES),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self) | {"script": str(self.script)}

    def run(self, variables: Mapping[str, str], started: Callable[[subprocess.Popen[str]], None]) -> Outcome:
        """Run it with these variables and its own; `started` is given its process."""
        script = self.script
        if self.text is not None:
            # Beside the file, so that it finds the modules there; no half-read name: it is run at once.
            script = self.script.with_name(f".{self.script.stem}-{self.key[:12]}.py")
            script.write_text(self.text, encoding="utf-8")
        arguments = [argument.replace(SEED, str(self.seed)) for argument in self.arguments]
        own = {**variables, **self.variables, "WORKUP_SEED": str(self.seed)}
        try:
            process = subprocess.Popen(
                [sys.executable, str(script), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=own,
            )
            started(process)
            said, _ = process.communicate()
        finally:
            if self.text is not None:
                script.unlink(missing_ok=True)
        return self._judged(said, process.returncode)

    def _judged(self, said: str, status: int) -> Outcome:
        if status < 0:
            return Outcome(error=f"its process was killed by signal {-status}", lost=True)
        last = (said.strip().splitlines() or ["it printed nothing"])[-1][:300]
        if status:
            return Outcome(error=f"the script ended with exit status {status}: {last}")
        value = number_after(self.metric, said)
        if value is None:
            return Outcome(error=f"the script printed no number after {self.metric!r}; its last line: {last}")
        return Outcome({self.metric: value})


def number_after(words: str, text: str) -> float | None:
    """The number that follows the words in the last line that has both; None where no line has."""
    found = re.findall(re.escape(words) + r"['\"]?" + _NUMBER, text, re.IGNORECASE)
    return float(found[-1]) if found else None
