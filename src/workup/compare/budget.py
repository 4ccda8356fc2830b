"""How much a training costs: two of unequal length may differ by that alone, so it is always said."""

from __future__ import annotations

from dataclasses import dataclass

from workup.pipeline.training import total_steps
from workup.recipe import Recipe
from workup.run import examples


@dataclass(frozen=True)
class Budget:
    """Optimizer steps, rows seen (passes times rows), and whether early stopping may end it sooner."""

    steps: int
    rows: float
    at_most: bool = False

    def __add__(self, other: Budget) -> Budget:
        return Budget(self.steps + other.steps, self.rows + other.rows, self.at_most or other.at_most)

    def __str__(self) -> str:
        return f"{'at most ' * self.at_most}{self.steps} optimizer steps over {self.rows:.0f} rows"


def budget(recipe: Recipe) -> Budget:
    """What the training of a recipe costs.

    Raises:
        DataError: its data cannot be used.
    """
    rows = len(examples(recipe).train)
    training = recipe.training
    return Budget(total_steps(rows, recipe), rows * training.epochs, training.early_stopping is not None)


def stated(a: Budget, b: Budget, *, same_texts: bool) -> str:
    """Whether two trainings are of equal length, in a sentence.

    Args:
        same_texts: both read the same rows through the same templates and lengths, so that equally many
            rows are equally many tokens.
    """
    equal_rows = same_texts and round(a.rows) == round(b.rows)
    if a.at_most or b.at_most:
        return f"Lengths: A {a}, B {b}; early stopping decides."
    if a.steps == b.steps and equal_rows:
        return f"Both sides: {a}; equal steps and equal tokens."
    if a.steps == b.steps or equal_rows:
        equal = "optimizer steps" if a.steps == b.steps else "tokens"
        return f"Equal {equal}, but not all is equal: A {a}, B {b}."
    return f"Unequal lengths: A {a}, B {b}. A difference may be due to that alone."
