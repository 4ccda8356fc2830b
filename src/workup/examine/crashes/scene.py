"""The scene of a crash: the error, where it came from, and the parts of the fine-tune that are at hand."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from re import Match
from types import FrameType
from typing import Any

from packaging.version import InvalidVersion, Version

from workup.examine.subject import Subject

_INSTALLED = tuple(
    {str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "purelib", "platlib")}
)


@dataclass(frozen=True)
class Scene:
    """An error that was raised, and what is known around it.

    Attributes:
        groups: the named groups of the pattern that was found in the message.
    """

    error: BaseException
    subject: Subject
    versions: Mapping[str, str]
    groups: Mapping[str, str] = field(default_factory=dict)

    def matched(self, match: Match[str]) -> Scene:
        """The same scene with the names that a pattern found in the message."""
        return replace(self, groups={k: v for k, v in match.groupdict().items() if v is not None})

    @property
    def message(self) -> str:
        """What the error says."""
        return str(self.error)

    @property
    def headline(self) -> str:
        """The error in one line."""
        return headline(self.error)

    @property
    def transformers(self) -> str:
        """The installed version of transformers; "0" where it is not known."""
        version = self.versions.get("transformers", "0")
        try:
            Version(version)
        except InvalidVersion:
            return "0"
        return version

    @property
    def frames(self) -> list[FrameType]:
        """The frames of the traceback, innermost first."""
        frames = []
        entry = self.error.__traceback__
        while entry is not None:
            frames.append(entry.tb_frame)
            entry = entry.tb_next
        return frames[::-1]

    @property
    def in_library(self) -> bool:
        """Whether the error was raised inside an installed package, not by a line of the user's own."""
        return bool(self.frames) and not _is_own(self.frames[0])

    @property
    def place(self) -> str:
        """The user's own line that led there, "file:line"; empty where there is none."""
        entry = self.error.__traceback__
        own = ""
        while entry is not None:
            if _is_own(entry.tb_frame):
                own = f"{entry.tb_frame.f_code.co_filename}:{entry.tb_lineno}"
            entry = entry.tb_next
        return own

    @property
    def trainer(self) -> Any:
        """The Trainer in whose methods it happened; None: in no Trainer's."""
        for frame in self.frames:
            owner = frame.f_locals.get("self")
            if any(base.__name__ == "Trainer" for base in type(owner).__mro__):
                return owner
        return None

    @property
    def arguments(self) -> Any:
        """The TrainingArguments; None: not at hand."""
        return self.subject.arguments or getattr(self.trainer, "args", None)

    @property
    def collator(self) -> Any:
        """The collator; None: not at hand."""
        return self.subject.collator or getattr(self.trainer, "data_collator", None)

    @property
    def tokenizer(self) -> Any:
        """The tokenizer; None: not at hand."""
        trainer = self.trainer
        held = getattr(trainer, "processing_class", None) or getattr(trainer, "tokenizer", None)
        return self.subject.tokenizer or held

    @property
    def called(self) -> set[str]:
        """The names of all functions that were under way."""
        return {frame.f_code.co_name for frame in self.frames}

    def local(self, *names: str) -> Any:
        """The value of a variable of one of these names, in the innermost frame that has one; or None."""
        for frame in self.frames:
            for name in names:
                if frame.f_locals.get(name) is not None:
                    return frame.f_locals[name]
        return None


def headline(error: BaseException) -> str:
    """An error in one line of 300 characters at most."""
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"[:300]


def _is_own(frame: FrameType) -> bool:
    """Whether a frame is of the user's code: neither installed, nor the interpreter's, nor ours."""
    file = frame.f_code.co_filename
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    compiled = file.startswith("<frozen") or file.endswith((".pyx", ".pxi", ".pxd"))
    if compiled or package in sys.stdlib_module_names or package in _LIBRARIES:
        return False
    return not str(Path(file).resolve()).startswith(_INSTALLED)


# Named too because they may lie elsewhere: in a folder of PYTHONPATH, or a checkout that is being worked on.
_LIBRARIES = (
    *("torch", "transformers", "tokenizers", "datasets", "accelerate", "peft", "safetensors"),
    *("huggingface_hub", "numpy", "pandas", "workup"),
)
