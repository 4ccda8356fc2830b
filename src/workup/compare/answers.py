"""Finished models answering under exactly one recipe's generation settings.

`workup.evaluation.evaluate` asks for five candidates, which widens every beam search to five beams; what a
beam of one or two does can only be seen by asking for one answer, as `workup predict` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from workup.data.rows import Example
from workup.errors import Interrupted
from workup.evaluation.metrics import Accuracy, rank
from workup.pipeline.predictor import Predictor
from workup.recipe import Recipe
from workup.run import Run
from workup.trials import Outcome, Trial
from workup.trials.journal import Journal
from workup.trials.trial import digest


def answers(
    model: Path,
    recipes: Sequence[Recipe],
    folder: Path,
    test: str | None = None,
    progress: Callable[[int, float], None] = lambda position, share: None,
) -> list[Outcome]:
    """The outcome of one model under each recipe; what the folder's journal holds is not asked again.

    Ranks are 1 or None: there is one candidate.

    Args:
        model: the folder of a finished run; each recipe differs from its own in generation alone.
        test: a source, all of whose rows are the test; None: the validation rows.
        progress: is told the position of a recipe, and which share of the test is answered.

    Raises:
        Interrupted: Ctrl-C; finished settings are in the journal.
        RunError: there is no such run.
        DataError: the test cannot be used.
    """
    run, journal = Run.load(model), Journal(folder)
    found = []
    try:
        for position, recipe in enumerate(recipes):
            trial = Trial(recipe, test=test, trained=model)
            key = digest([trial.key, "one candidate"])
            outcome = journal.get(key)
            if outcome is None:
                told = _telling(progress, position)
                predictor = Predictor(run.predictor.model, run.predictor.tokenizer, recipe)
                outcome = _answer(predictor, run.test_examples(test), told)
                journal.add(key, outcome, trial.to_json())
            progress(position, 1.0)
            found.append(outcome)
    except KeyboardInterrupt:
        raise Interrupted(
            f"stopped; what is answered is kept in {journal.path}. Go on with: the same command"
        ) from None
    return found


def _telling(progress: Callable[[int, float], None], position: int) -> Callable[[float], None]:
    return lambda share: progress(position, share)


def _answer(predictor: Predictor, test: Sequence[Example], progress: Callable[[float], None]) -> Outcome:
    given = [""] * len(test)
    for done, (position, prediction) in enumerate(predictor.stream([e.source for e in test]), start=1):
        given[position] = prediction.answer
        progress(done / len(test))
    ranks = tuple(rank([answer], example.answers) for answer, example in zip(given, test, strict=True))
    return Outcome(
        metrics={"top1": Accuracy.of(ranks).top1.value},
        ids=tuple(example.id for example in test),
        answers=tuple(given),
        ranks=ranks,
    )
