"""How right are answers to cases that tell little, and how sure do they say they are?

    .venv/bin/python bench/sparse.py runs/diagnoser [--cases 342]

Validation cases are told in part: of the structured form one to five of its findings, drawn at random; of the
free text its first one to six parts between commas, often no more than who speaks. Each is answered as a
whole case would be, and counted by how many findings it tells (`clinic.assess.told`). The figures stand in
docs/diagnose.md.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

FINDINGS, PARTS = (1, 2, 3, 4, 5), (1, 2, 3, 4, 6)
SEED, MOST = 0, 6


def parts_of_text(text: str) -> Iterator[str]:
    """The beginnings of a free text."""
    parts = re.split(r"(?<=[,.;!?])\s+", text)
    yield from (" ".join(parts[:count]) for count in PARTS if count < len(parts))


def parts_of_findings(text: str, drawn: random.Random) -> Iterator[str]:
    """Some findings of a structured case, each under its heading, in their order."""
    sections = [section.rstrip(".").partition(": ") for section in re.split(r"(?<=\.)\s+(?=[A-Z0-9])", text)]
    items = [(heading, item) for heading, _, listed in sections for item in listed.split(", ") if listed]
    for count in (count for count in FINDINGS if count < len(items)):
        chosen = [items[place] for place in sorted(drawn.sample(range(len(items)), count))]
        by_heading: defaultdict[str, list[str]] = defaultdict(list)
        for heading, item in chosen:
            by_heading[heading].append(item)
        yield ". ".join(f"{heading}: {', '.join(told)}" for heading, told in by_heading.items()) + "."


def main() -> None:
    from workup.clinic.assess import Diagnoser
    from workup.clinic.assess.forms import contents
    from workup.clinic.assess.told import told
    from workup.clinic.safety import read
    from workup.evaluation.metrics import Proportion

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--cases", type=int, default=None, help="only so many validation cases")
    options = parser.parse_args()
    diagnoser = Diagnoser.load(options.run, print)
    conditions, prompt = diagnoser.witness.conditions, diagnoser.run.predictor.prompt
    validation = diagnoser.run.examples.validation[: options.cases]
    drawn = random.Random(SEED)
    for form, fitted in diagnoser.known.forms.items():
        whole = contents(validation, form)
        given = [
            (part, conditions.index(example.answers[0]))
            for example, text in zip(validation, whole, strict=True)
            for part in (*(parts_of_text(text) if form == "text" else parts_of_findings(text, drawn)), text)
        ]
        texts = [text for text, _ in given]
        seen = diagnoser.witness.see(texts, [prompt.source_of_text(text) for text in texts])
        probabilities = fitted.calibration.probabilities(seen.together(fitted.share))
        sure = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == np.array([truth for _, truth in given])
        answered = fitted.calibration.answered(sure)
        count = np.array([min(told(read(text)), MOST) for text in texts])
        print(f"{form}: a whole case tells {min(told(read(text)) for text in whole)} findings at least")
        for number in range(MOST + 1):
            those = answered & (count == number)
            if those.any():
                more = " or more" if number == MOST else ""
                share = Proportion.of(right[those].tolist())
                print(f"  {number}{more}: said {sure[those].mean():.0%}, right {share} of {those.sum()}")


if __name__ == "__main__":
    main()
