"""What came of an experiment: the same rows answered without and with a remedy, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workup.examine.experiment.answering import Answered
from workup.examine.symptoms import echo_share, repetition_share

Verdict = Literal["confirmed", "no effect", "worse", "undecided", "not tested"]
# One-sided sign test on the rows that changed: five for the better and none for the worse are 0.03.
_LEVEL = 0.05
# Texts that are less alike than this share letters by chance; an answer that comes nearer to the expected by
# less than the step counts as unchanged.
_ALIKE, _STEP = 0.5, 0.02
_COPIED, _LOOPING = 0.8, 0.5


@dataclass(frozen=True)
class Outcome:
    """One experiment.

    Attributes:
        cause: the code of the check that names the cause.
        what: the remedy that was applied, alone: "with 34 new tokens".
        steps, steps_with: optimizer steps of the training without the remedy, and with it; 0: none was made,
            as where the side without is the user's own training.
        planned: steps of the user's own training.
        rows: questions that were answered twice.
        right_before, right_after: exactly right answers, or answers that look sound where nobody knows
            what is right.
        better, worse: rows whose answer came nearer to what was expected, and further from it.
        example: one row that changed: its question, its answer without and with the remedy.
        error: that ended the script, where it was tried whether it goes; "" where answers were compared.
        flattered: the score was better than true: the remedy is proved where the answers fall.
        seconds: what it cost.
        reason: why it was not tested, or why it stays undecided.
    """

    cause: str
    verdict: Verdict
    what: str = ""
    steps: int = 0
    steps_with: int = 0
    planned: int = 0
    rows: int = 0
    right_before: int = 0
    right_after: int = 0
    better: int = 0
    worse: int = 0
    example: tuple[str, str, str] | None = None
    error: str = ""
    flattered: bool = False
    seconds: float = 0.0
    reason: str = ""

    @property
    def is_proof(self) -> bool:
        """Whether the output changed as it should: the remedy is proved.

        It should become better; where the script had crashed, come at all; where the score was better than
        true, become worse.
        """
        return self.verdict == "confirmed"

    @property
    def told(self) -> str:
        """The measurement in a sentence."""
        if self.verdict == "not tested":
            return f"not tested: {self.reason}"
        if self.error:
            return f"{self.verdict}: {self.what}{self._of_crash} [{self.seconds:.1f} s]"
        trained = ""
        if self.steps_with and self.steps_with == self.steps:
            trained = f", after {self.steps} of {self.planned} steps on both sides"
        elif self.steps_with and not self.steps:
            trained = f", after {self.steps_with} of {self.planned} steps, beside your own training"
        elif self.steps_with:
            trained = f", after {self.steps_with} steps, and {self.steps} without"
        numbers = (
            f"{self.right_after} instead of {self.right_before} of {self.rows} answers are right; "
            f"{self.better} came nearer to what was expected, {self.worse} went further from it"
        )
        if self.flattered and self.is_proof:
            numbers += "; the score was partly memory"
        more = f" ({self.reason})" if self.reason else ""
        return f"{self.verdict}: {self.what}{trained}, {numbers}{more} [{self.seconds:.1f} s]"

    @property
    def _of_crash(self) -> str:
        if not self.is_proof:
            return f"; {self.reason}"
        made = f"{self.steps_with} of {self.planned} steps are made and " if self.planned else ""
        at = f"after {self.steps} steps" if self.steps else "at once"
        answered = f"{made}{self.rows} questions are answered"
        return f"; without the remedy the error comes again {at}; with it {answered}"


def compared(
    cause: str,
    what: str,
    before: Sequence[Answered],
    after: Sequence[Answered],
    *,
    flattered: bool = False,
    **more: object,
) -> Outcome:
    """The verdict on two sets of answers to the same questions, by a sign test on the rows that changed.

    Args:
        flattered: the fault makes the score better than it is: the remedy has to make it fall.
    """
    from scipy.stats import binomtest

    scores = [(worth(one), worth(other)) for one, other in zip(before, after, strict=True)]
    better = sum(new - old >= _STEP for old, new in scores)
    worse = sum(old - new >= _STEP for old, new in scores)
    verdict: Verdict = "no effect"
    if better + worse:
        rose = binomtest(better, better + worse, alternative="greater").pvalue
        fell = binomtest(worse, better + worse, alternative="greater").pvalue
        right, wrong = (fell, rose) if flattered else (rose, fell)
        verdict = "confirmed" if right <= _LEVEL else "worse" if wrong <= _LEVEL else "no effect"
    return Outcome(
        cause,
        verdict,
        what,
        rows=len(scores),
        right_before=sum(old >= 1 for old, _ in scores),
        right_after=sum(new >= 1 for _, new in scores),
        better=better,
        worse=worse,
        example=_example(before, after, scores),
        flattered=flattered,
        **more,  # type: ignore[arg-type]
    )


def worth(answered: Answered) -> float:
    """How near an answer is to the expected one, 0 to 1; where nobody knows it, whether it looks sound.

    Near is the share of letters that both have in their order (rapidfuzz's ratio), 0 below one half.
    """
    from rapidfuzz.fuzz import ratio

    text, expected = answered.text.strip(), answered.question.expected
    if expected is not None:
        near = ratio(text, expected.strip()) / 100
        return near if near >= _ALIKE else 0.0
    echoes = echo_share(text, answered.question.source) >= _COPIED
    return float(bool(text) and not echoes and repetition_share(answered.ids) < _LOOPING)


def _example(
    before: Sequence[Answered], after: Sequence[Answered], scores: Sequence[tuple[float, float]]
) -> tuple[str, str, str] | None:
    """The row that changed most."""
    most = max(range(len(scores)), key=lambda n: abs(scores[n][1] - scores[n][0]), default=None)
    if most is None or before[most].text == after[most].text:
        return None
    return before[most].question.source, before[most].text, after[most].text
