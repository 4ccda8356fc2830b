"""OUT007"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answers, examples, many
from workup.examine.measurements.generating import Targets
from workup.examine.measurements.sampling import spread
from workup.examine.symptoms import Frame, is_cut

# One answer in ten breaks off: more than an odd short answer. Every second one spoils the result.
_SOME, _MOST = 0.1, 0.5
# Cut answers have one length where a limit cut them: that of most of them.
_ALIKE = 0.7


@check("OUT007", "output")
def cut_outputs(
    answers: Answers,
    frame: Frame,
    train_rows: Sequence[Mapping[str, Any]] | None = None,
    targets: Targets | None = None,
) -> Finding | None:
    """Answers break off within what was expected.

    What it checks
    How many answers are the beginning of the expected text and no more, and whether they have an end of their
    own.

    Why it matters
    Without an end, generation was stopped by its cap. With an end, the model has learned to stop there:
    targets were cut when they were tokenized, and the end token put behind the rest.

    Evidence
    The cut answers, how many have an end, their commonest length, and that of the longest training label.

    Example
    "yellow and" for "yellow and green", with an end token: the target length was 3.

    Remedy
    Without an end: allow more new tokens. With an end: tokenize targets with a larger length, and train
    again.

    When it is harmless
    Where expected texts hold several answers of which the first is enough.

    Known limits
    An answer that is both cut and wrong is not counted.

    Sources
    https://github.com/huggingface/transformers/issues/5656,
    https://github.com/huggingface/transformers/issues/20670
    """
    rows = answers.known
    cut = [(row, expected) for row, expected in rows if is_cut(row.text, expected)]
    if not many(len(cut), len(rows), _SOME):
        return None
    share, ended = len(cut) / len(rows), sum(row.said.ended for row, _ in cut)
    length, alike = Counter(row.said.length for row, _ in cut).most_common(1)[0]
    label = max(
        (_length(row["labels"], frame) for row in spread(train_rows or ()) if "labels" in row), default=0
    )
    of_limit = alike >= _ALIKE * len(cut)
    evidence: dict[str, Any] = {
        **answers.evidence,
        "cut": len(cut),
        "with an end": ended,
        "commonest length": length,
        **({"longest training label": label} if label else {}),
        "examples": examples([(row.text, expected) for row, expected in cut]),
    }
    told = f"{len(cut)} of {len(rows)} answers ({share:.0%}) break off within the expected text"
    severity = Severity.ERROR if share >= _MOST else Severity.WARNING
    if ended * 2 < len(cut):
        remedy = Remedy("allow more new tokens", change={"generation.max_new_tokens": 4 * max(1, length)})
        return Finding(severity, f"{told}, {len(cut) - ended} of them without an end", remedy, evidence)
    if of_limit and label in (0, length):
        wanted = max([2 * length, *(targets.lengths if targets else ())])
        remedy = Remedy(
            "tokenize targets with a larger length, and train again", change={"tokens.target_length": wanted}
        )
        summary = f"{told}, {ended} of them with an end, most after exactly {length} tokens"
        return Finding(severity, summary, remedy, evidence)
    remedy = Remedy(
        "look at training targets that end there, and at a length penalty that prefers short answers"
    )
    return Finding(
        Severity.WARNING, f"{told}, {ended} of them with an end that no limit put there", remedy, evidence
    )


def _length(labels: Any, frame: Frame) -> int:
    """The label tokens that are text or end."""
    return sum(int(token) >= 0 and int(token) not in frame.pads - frame.ends for token in labels)
