"""Watches a script: examines before the first step of its training, and again when it has ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from workup.examine.capture.hooks import after_import
from workup.examine.capture.seams import SEAMS, Guard, fit
from workup.examine.capture.seen import Seen
from workup.examine.capture.silence import silence
from workup.examine.finding import Finding
from workup.examine.report import Report
from workup.examine.subject import Subject

Observing = Generator[None, Any, None]
_OPTIMIZERS = "torch.optim.optimizer"


@dataclass(frozen=True)
class Outcome:
    """What is to be said of a script that has ended; what is None could not be, or need not be, said."""

    crash: Finding | None = None
    report: Report | None = None


class Watch:
    """What is seen of a script, and the examinations that are made of it.

    Nothing here ever fails towards the script: what goes wrong is noted and the script goes on.

    Args:
        first_examined: is told the examination that is made before the first step of a training, and says
            whether the script is to be ended there.

    Attributes:
        notes: what could not be watched or examined, and why.
        first: the examination before the first step, once it has been made.
        is_stopped: whether the script was ended.
        has_stepped: whether any optimizer has made a step.
    """

    def __init__(self, first_examined: Callable[[Report], bool]) -> None:
        self.seen = Seen()
        self.notes: list[str] = []
        self.first: Report | None = None
        self.is_stopped = self.has_stepped = False
        self._first_examined = first_examined
        self._process, self._is_examining = os.getpid(), False

    @property
    def is_own_process(self) -> bool:
        """Whether this is the process of the script, and not one that it forked."""
        return os.getpid() == self._process

    def watching(self) -> AbstractContextManager[None]:
        """Within this context what is imported is watched from then on."""
        modules = {seam.module for seam in SEAMS} | {_OPTIMIZERS}
        return after_import(dict.fromkeys(modules, self._fit))

    def at_the_end(self, error: BaseException | None) -> Outcome:
        """The whole examination, and an explanation of the exception that ended the script."""
        from workup.examine.capture.subject import at_the_end

        crash = report = None
        with self._noting("the end of the script"), self.aside():
            subject = Subject()
            with self._noting("what the script left"):
                subject = at_the_end(self.seen)
            if error is not None:
                with self._noting("the crash"):
                    from workup.examine.crashes import explain

                    crash = explain(error, subject)
            if self.seen.anything:
                report = _examined(subject)
        return Outcome(crash, report)

    def _fit(self, module: ModuleType) -> None:
        with self._noting(module.__name__):
            if module.__name__ == _OPTIMIZERS:
                module.register_optimizer_step_pre_hook(self._before_step)
                module.register_optimizer_step_post_hook(self._after_step)
            for seam in SEAMS:
                if seam.module == module.__name__:
                    fit(seam, module, Guard(self.begin, self.end))

    def begin(self, observer: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Observing | None:
        """Start an observer of `Seen` by its name; None where it fails, or nobody is to watch."""
        # Rows that are tokenized when they are read are read by an examination too.
        if not self.is_own_process or (self._is_examining and observer != "encoded"):
            return None
        with self._noting(observer):
            observing: Observing = getattr(self.seen, observer)(*args, **kwargs)
            next(observing)
            return observing
        return None

    def end(self, observing: Observing, result: Any) -> None:
        """Hand an observer the result of its call."""
        with self._noting(getattr(observing, "__name__", "a call")), suppress(StopIteration):
            observing.send(result)

    def _before_step(self, optimizer: Any, *_: Any) -> None:
        """Before each optimizer step: at the first one, everything has been used and nothing has changed."""
        seen = self.seen
        if seen.steps or seen.given is None or self._is_examining or not self.is_own_process:
            return
        if not self.is_stopped:
            self._examine_first(optimizer)
        if self.is_stopped:
            raise SystemExit(1)

    def _examine_first(self, optimizer: Any) -> None:
        from workup.examine.capture.subject import before_first_step, copied_weights

        with self._noting("the first step"):
            self.seen.keep_batch(optimizer)
            with self.aside():
                self.first = _examined(before_first_step(self.seen))
                self.seen.base_weights = copied_weights(self.seen.model)
            self.is_stopped = self._first_examined(self.first)

    def _after_step(self, optimizer: Any, *_: Any) -> None:
        if self._is_examining:  # an experiment makes steps of its own
            return
        self.has_stepped = True
        if self.seen.given is not None and self.is_own_process:
            with self._noting("a step"):
                self.seen.stepped(optimizer)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within this context is an examination: unseen, silent, and without a trace in the random state."""
        from workup.examine.session import untouched

        self._is_examining = True
        try:
            with silence(), untouched(Subject()) if "torch" in sys.modules else nullcontext():
                yield
        finally:
            self._is_examining = False

    @contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """A failure of ours in the block becomes a note."""
        try:
            yield
        except Exception as error:
            note = f"{what}: {type(error).__name__}: {error}"
            if note not in self.notes:
                self.notes.append(note)


def _examined(subject: Subject) -> Report:
    from workup.examine.checks import CATALOGUE
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.runner import run

    return run(subject, CATALOGUE, MEASUREMENTS)
