"""INP004"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts, plain

# With 40 rows of two equally common targets, half of the runs that chance gives is 3.4 standard
# deviations away: it does not happen by itself.
_ROWS, _RUNS, _SORTED = 40, 10, 0.5
# A target that comes back this often on average is a class, not a text of its own.
_REPEATED = 4


@check("INP004", "input")
def sorted_by_target(train_texts: Texts, arguments: Any = None, sampler: Any = None) -> Finding | None:
    """Training rows are sorted by their target and are not shuffled.

    What it checks
    Whether equal targets stand together in runs, far fewer of them than a random order would have, and
    whether the sampler of the training keeps that order.

    Why it matters
    The model is taught one answer at a time and forgets the earlier ones while it learns the next. At the end
    it tends to give one and the same answer, whatever it reads.

    Evidence
    The number of runs and the number expected by chance, the longest run, and the sampling strategy.

    Example
    Wrong: `Seq2SeqTrainingArguments(train_sampling_strategy="sequential")` on rows sorted by answer, or
    `DataLoader(rows, shuffle=False)`. Right: the default strategy, "random".

    Remedy
    Shuffle the rows.

    When it is harmless
    When a loader of your own shuffles; where neither the training arguments nor the sampler are known, this
    is only a note.

    Known limits
    Only exactly equal targets make a run. At most 2000 evenly spread rows are looked at.

    Sources
    https://huggingface.co/docs/transformers/main_classes/trainer (train_sampling_strategy)
    """
    strategy = _strategy(arguments, sampler)
    if strategy not in {"sequential", None} or len(train_texts) < _ROWS:
        return None
    targets = [plain(target) for target in train_texts.targets]
    counts = Counter(targets)
    if len(counts) < 2 or len(targets) < _REPEATED * len(counts):
        return None
    runs = [len(list(run)) for _, run in groupby(targets)]
    expected = _expected_runs(counts)
    if expected < _RUNS or len(runs) > _SORTED * expected:
        return None
    known = strategy == "sequential"
    told = "the sampler keeps this order" if known else "whether they are shuffled is not known"
    return Finding(
        _severity(runs, train_texts, arguments) if known else Severity.NOTE,
        f"{len(targets)} training rows form {len(runs)} runs of equal targets where a random order would "
        f"have {expected:.0f}; {told}",
        Remedy("shuffle the rows before training", code='arguments.train_sampling_strategy = "random"'),
        {
            "runs": len(runs),
            "runs by chance": round(expected),
            "longest run": max(runs),
            "sampling strategy": strategy or "not known",
            **train_texts.sampled,
        },
    )


def _strategy(arguments: Any, sampler: Any) -> str | None:
    """How rows are drawn, if known. Before transformers 5 the Trainer always shuffles."""
    if arguments is None:
        from torch.utils.data import RandomSampler, SequentialSampler

        kinds = {SequentialSampler: "sequential", RandomSampler: "random"}
        return next((name for kind, name in kinds.items() if isinstance(sampler, kind)), None)
    strategy = getattr(arguments, "train_sampling_strategy", "random")
    return str(getattr(strategy, "value", strategy))


def _expected_runs(counts: Counter[str]) -> float:
    """The number of runs in a random order of these targets (Wald and Wolfowitz 1940, for any number)."""
    total = counts.total()
    return 1 + total - sum(count * count for count in counts.values()) / total


def _severity(runs: Sequence[int], texts: Texts, arguments: Any) -> Severity:
    """An error where a whole batch, on average, holds one target only."""
    batch = getattr(arguments, "per_device_train_batch_size", 8)
    mean = sum(runs) / len(runs) * texts.total / len(texts)
    return Severity.ERROR if isinstance(batch, int) and mean > batch else Severity.WARNING
