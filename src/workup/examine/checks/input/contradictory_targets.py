"""INP002"""

from __future__ import annotations

from collections import Counter, defaultdict

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts, plain

# Above this share of answers that nobody could give, the score says more of the data than of the model.
_MUCH = 0.05


@check("INP002", "input")
def contradictory_targets(many_train_texts: Texts) -> Finding | None:
    """The same source stands with different targets.

    What it checks
    Whether sources that are equal but for white space and case have targets that differ in more than that.

    Why it matters
    No model can answer one text in two ways. The loss keeps a floor that no training lowers, answers become
    a compromise, and exact match has an upper bound below 1.

    Evidence
    The number of such sources and of their rows, the best exact match that is possible on these rows, and an
    example.

    Example
    Wrong: "the lift is stuck" with "urgent" in one row and "can wait" in another. Right: one answer for one
    text, or a source that also tells what decides between them.

    Remedy
    Decide on one target, or add to the source what makes the difference.

    When it is harmless
    When several answers are equally good and are meant to be learned, as in translation with several
    references. Exact match is then the wrong measure.

    Known limits
    Paraphrases with different answers are not seen. At most 20,000 evenly spread rows are compared.

    Sources
    Northcutt et al. 2021, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks",
    https://arxiv.org/abs/2103.14749
    """
    texts = many_train_texts
    groups = _contradictions(texts)
    if not groups:
        return None
    rows = sum(group.total() for group in groups.values())
    lost = sum(group.total() - max(group.values()) for group in groups.values())
    bound = 1 - lost / len(texts)
    source, targets = max(groups.items(), key=lambda item: item[1].total())
    shown = [target for target, _ in targets.most_common(3)]
    return Finding(
        Severity.WARNING if lost > _MUCH * len(texts) else Severity.NOTE,
        f"{len(groups)} sources stand with several targets ({rows} of {len(texts)} rows), "
        f"so exact match on them cannot pass {bound:.1%}",
        Remedy("give one text one target, or add to the source what decides between them"),
        {
            "sources": len(groups),
            "rows": rows,
            "best exact match": round(bound, 4),
            "example": source[:200],
            "its targets": shown,
            **({"rows looked at": len(texts)} if len(texts) < texts.total else {}),
        },
    )


def _contradictions(texts: Texts) -> dict[str, Counter[str]]:
    """The targets of each source that has several, unless upper and lower case tells the sources apart."""
    exact: defaultdict[str, Counter[str]] = defaultdict(Counter)
    loose: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, target in zip(map(plain, texts.sources), map(plain, texts.targets), strict=True):
        exact[source][target.casefold()] += 1
        loose[source.casefold()][target.casefold()] += 1
    torn = {source.casefold() for source, targets in exact.items() if len(targets) > 1}
    return {source: targets for source, targets in loose.items() if len(targets) > 1 and source in torn}
