"""What the remedies of a report make of a recipe, and whether the result is better once both were trained."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workup.errors import RecipeError
from workup.examine.experiment.answering import Answered
from workup.examine.experiment.outcome import Outcome, compared
from workup.examine.experiment.setup import Question
from workup.examine.finding import Finding, Severity
from workup.examine.report import Report
from workup.examine.subject import Generated
from workup.recipe import Recipe


@dataclass(frozen=True)
class Mended:
    """A recipe as it would be.

    Attributes:
        because: the finding behind each changed path.
        left: errors and warnings that no change of the recipe mends.
    """

    before: Recipe
    after: Recipe
    because: Mapping[str, Finding]
    left: tuple[Finding, ...]

    @property
    def diff(self) -> str:
        """What changes, as a unified diff of the complete recipes."""
        from workup.recipe.yaml_form import write

        old, new = write(self.before).splitlines(), write(self.after).splitlines()
        lines = difflib.unified_diff(old, new, "recipe", "recipe (fixed)", lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith("@@"))


def mended(recipe: Recipe, report: Report) -> Mended:
    """The recipe with the changes of all errors and warnings, worst first; of two for one path the first.

    A change that the recipe refuses is left out, and its finding counts as left.
    """
    serious = [one for one in report.worst_first if one.severity > Severity.NOTE]
    after, because, left = recipe, dict[str, Finding](), []
    for finding in serious:
        changes = {path: value for path, value in finding.remedy.change.items() if path not in because}
        try:
            changed = after
            for path, value in changes.items():
                changed = changed.change(path, value)
        except RecipeError:
            changes = {}
        if not changes and not finding.remedy.change.keys() & because.keys():
            left.append(finding)
        elif changes:
            after = changed
            because |= dict.fromkeys(changes, finding)
    return Mended(recipe, after, because, tuple(left))


@dataclass(frozen=True)
class Trained:
    """A fine-tune that was made: its examination, what it answered, and the exit status of its script."""

    report: Report
    generated: Sequence[Generated]
    status: int = 0


@dataclass(frozen=True)
class Retrained:
    """A fine-tune before and after it was mended. Mechanism and harm are two verdicts.

    Attributes:
        gone, still, new: codes of errors and warnings.
        outcome: what became of the answers to the questions that both were asked; None: there are none.
        crash_gone: it crashed before, and does not now.
    """

    gone: tuple[str, ...]
    still: tuple[str, ...]
    new: tuple[str, ...]
    outcome: Outcome | None
    crash_gone: bool = False

    @property
    def is_better(self) -> bool:
        """Whether the output changed for the better, or there is one at last."""
        return self.crash_gone or (self.outcome is not None and self.outcome.is_proof)

    @property
    def mechanism(self) -> str:
        """What became of the faults, in a sentence."""
        told = [f"gone: {', '.join(self.gone) or 'nothing'}"]
        told += [f"still there: {', '.join(self.still)}"] if self.still else []
        told += [f"new: {', '.join(self.new)}"] if self.new else []
        return "; ".join(told)

    @property
    def harm(self) -> str:
        """What became of the answers, in a sentence."""
        if self.crash_gone:
            return "it crashed before, and does not now"
        return "no answers to compare" if self.outcome is None else self.outcome.told


def retrained(before: Trained, after: Trained) -> Retrained:
    """Compare two fine-tunes on the questions that both answered."""
    old, new = _serious(before.report), _serious(after.report)
    return Retrained(
        tuple(code for code in old if code not in new),
        tuple(code for code in old if code in new),
        tuple(code for code in new if code not in old),
        _outcome(before.generated, after.generated),
        crash_gone=before.status != 0 and after.status == 0,
    )


def _serious(report: Report) -> list[str]:
    return list(dict.fromkeys(one.code for one in report.worst_first if one.severity > Severity.NOTE))


def _outcome(before: Sequence[Generated], after: Sequence[Generated]) -> Outcome | None:
    """Questions are paired by what is expected and their order: a mended prompt changes their text."""
    if not before or len(before) != len(after):
        return None
    pairs = list(zip(before, after, strict=True))
    if any(old.expected != new.expected for old, new in pairs):
        return None
    return compared("", "the mended one", [_answered(o) for o, _ in pairs], [_answered(n) for _, n in pairs])


def _answered(one: Generated) -> Answered:
    return Answered(Question(one.source, one.expected), one.text, one.ids)
