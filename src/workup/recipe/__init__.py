"""The Recipe: `fields.py` describes its sections, `whole.py` joins them, `yaml_form.py` reads and writes."""

from workup.recipe.fields import Data, Generation, Interval, Lora, Prompt, Target, Tokens, Training
from workup.recipe.whole import Difference, Recipe, leaves, meaning

__all__ = [
    "Data",
    "Difference",
    "Generation",
    "Interval",
    "Lora",
    "Prompt",
    "Recipe",
    "Target",
    "Tokens",
    "Training",
    "leaves",
    "meaning",
]
