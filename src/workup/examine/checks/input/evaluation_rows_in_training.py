"""INP006"""

from __future__ import annotations

from workup.evaluation.metrics import normalise
from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts, plain

# The score may be too high by as much as the share of copies: a fifth is more than most improvements are.
_FEW, _MANY = 0.01, 0.2


@check("INP006", "input")
def evaluation_rows_in_training(eval_texts: Texts, many_train_texts: Texts) -> Finding | None:
    """Evaluation rows were trained on.

    What it checks
    Whether sources of the evaluation stand among those of the training: exactly, or but for case, punctuation
    and white space. Digits count: another number is another text.

    Why it matters
    A model can have learned these rows by heart. Its score on them says nothing about texts it has not seen,
    and early stopping on them never stops.

    Evidence
    The share of evaluation rows whose source was trained on, how many of them with the same target too, an
    example, and how often training sources repeat among themselves.

    Example
    Wrong: five rows picked from the training file to see whether it works. Right: rows set aside before the
    training, with all copies of a text on one side.

    Remedy
    Take the copies out of the training data, or divide the data anew with copies kept together.

    When it is harmless
    When sources are so short or so regular that they repeat by nature: where training sources repeat as often
    among themselves this is a warning at most.

    Known limits
    Paraphrases and near-copies are not seen; `workup data overlap` looks for those. At most 2000 evaluation
    rows are looked up among at most 20,000 training rows; how many stand among all of them is estimated.

    Sources
    Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better",
    https://arxiv.org/abs/2107.06499
    """
    train = many_train_texts
    if not len(train) or not len(eval_texts):
        return None
    sources = [*map(_loose, train.sources)]
    exact, loose = set(map(plain, train.sources)), set(sources)
    rows = set(zip(sources, map(_loose, train.targets), strict=True))
    copies = [n for n, source in enumerate(eval_texts.sources) if _loose(source) in loose]
    if not copies:
        return None
    share = len(copies) / len(eval_texts)
    # Where one training row in ten was looked at, one copy in ten was found.
    in_all = min(1.0, share * train.total / len(train))
    told = f"; about {in_all:.0%} among all {train.total}" if train.sampled else ""
    repeated = 1 - len(loose) / len(train)
    both = sum((_loose(eval_texts.sources[n]), _loose(eval_texts.targets[n])) in rows for n in copies)
    return Finding(
        _severity(in_all, by_nature=share <= 2 * repeated),
        f"{len(copies)} of {len(eval_texts)} evaluation rows ({share:.0%}) have a source that was trained "
        f"on, {both} with the same target{told}",
        Remedy(
            "take these rows out of the training data, or divide the data anew with copies kept together",
            change={"data.keep_together": "copies"},
        ),
        {
            "rows with a trained source": len(copies),
            "of these exactly equal": sum(plain(eval_texts.sources[n]) in exact for n in copies),
            "of these with the same target": both,
            "share": round(share, 4),
            "share estimated": round(in_all, 4),
            "share of training sources that repeat": round(repeated, 4),
            "example": eval_texts.sources[copies[0]][:200],
            **eval_texts.sampled,
            **(
                {"training rows looked at": len(train), "training rows": train.total} if train.sampled else {}
            ),
        },
    )


def _loose(text: str) -> str:
    """A text without case, punctuation and white space; one of nothing else stays as it is."""
    return normalise(text) or plain(text)


def _severity(share: float, *, by_nature: bool) -> Severity:
    """Grave where the score rests on copies, unless repeating lies in the nature of the sources."""
    if share <= _FEW:
        return Severity.NOTE
    return Severity.ERROR if share > _MANY and not by_nature else Severity.WARNING
