"""How many emergencies do the red-flag rules miss, how many other cases do they flag, and how fast are they?

    .venv/bin/python bench/red_flags.py [--missed] [--synthetic 4]

Training cases were used to make the rules. The validation cases were measured once before they were
looked at; those figures stand in docs/red-flags.md. They were used to mend the rules afterwards, so what is
printed for them here is no independent measurement any more, and neither is that for unseen_emergencies.yaml.
By blind_emergencies.yaml, everyday.yaml and terse_emergencies.yaml nothing was mended, and who wrote them
knew neither rules nor thresholds. Synthetic cases, N a condition, are composed from the conditions of the
case book and the lexicon that the rules read too: an easier test than free words.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from workup.clinic.book import STYLES, Case, Condition, Urgency, conditions
from workup.clinic.safety import doubts, read, read_case, red_flags
from workup.clinic.safety.measure import Triage, triage
from workup.clinic.synthesis.source import synthesise
from workup.evaluation.metrics import Proportion

FURTHER = ("unseen_emergencies", "blind_emergencies")  # emergencies and look-alikes in two forms, a file each
FREE = ("everyday", "terse_emergencies")  # free texts of one kind, a file each
TEXTS = Path(__file__).parent.parent / "tests" / "clinic" / "safety" / "texts.yaml"
URGENCIES: tuple[Urgency, ...] = ("emergency", "urgent", "routine")


def show(title: str, measured: Triage, missed: bool) -> None:
    shares = "   ".join(
        f"{urgency} {measured.flagged[urgency]:4} of {measured.cases[urgency]:4}" for urgency in URGENCIES
    )
    print(f"{title:28} {shares}   emergencies flagged {measured.share('emergency')}")
    if missed and measured.missed:
        print("   missed:", *measured.missed)


def further(name: str, missed: bool) -> None:
    """Emergencies and look-alikes that are not of the case book."""
    texts = kept(name)
    for form in ("text", "findings"):
        for kind, cases in texts.items():
            flagged = shown(f"{name}, {form}, {kind}", (case[form] for case in cases))
            if missed and kind == "emergencies" and not all(flagged):
                titles = (case["title"] for case, found in zip(cases, flagged, strict=True) if not found)
                print("   missed:", *titles, sep="\n    ")


def free(name: str) -> None:
    """Texts that are not of the case book, by their style."""
    cases = kept(name)
    for style in sorted({case["style"] for case in cases}):
        shown(f"{name}, {style}", (case["text"] for case in cases if case["style"] == style))


def kept(name: str) -> Any:
    return yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))


def shown(title: str, texts: Iterable[str]) -> list[bool]:
    """Whether each text raises an emergency flag, once it is printed how many do."""
    flagged = flags(texts)
    print(f"{title}: {sum(flagged)} of {len(flagged)}, {Proportion.of(flagged)} flagged")
    return flagged


def flags(texts: Iterable[str]) -> list[bool]:
    """Whether each text raises an emergency flag."""
    return [any(flag.level == "emergency" for flag in red_flags(read(text))) for text in texts]


def speed(texts: Sequence[str]) -> float:
    """Milliseconds of processor time a text, rules and doubts included."""
    begin = time.process_time()
    for text in texts:
        reading = read(text)
        red_flags(reading)
        doubts(reading)
    return 1000 * (time.process_time() - begin) / len(texts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--missed", action="store_true", help="name the emergencies without a red flag")
    parser.add_argument("--synthetic", type=int, default=4, help="synthetic cases a condition")
    options = parser.parse_args()
    begin = time.process_time()
    red_flags(read("fever"))
    print(f"lexicon, signs and rules read in {time.process_time() - begin:.1f} s")
    book: list[tuple[Condition, Case]] = [(c, case) for _, c in conditions() for case in c.cases]
    for use in ("train", "validation"):
        cases = [(condition, case) for condition, case in book if case.use == use]
        for structured in (False, True):
            show(
                f"{use}, {'structured' if structured else 'free text'}",
                triage(cases, structured),
                options.missed,
            )
        for style in STYLES:
            styled = [(condition, case) for condition, case in cases if case.style == style]
            show(f"  {use}, {style}", triage(styled, structured=False), options.missed)
    invented = []
    for _, condition in conditions():
        code = condition.icd10.lower().replace(".", "-")
        for n in range(options.synthetic):
            invented.append((condition, synthesise(condition, f"{code}-{n + 1}", STYLES[n % len(STYLES)])))
    show("synthetic, free text", triage(invented, structured=False), options.missed)
    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    for kind in ("red", "harmless"):
        print(f"own texts, {kind}: {sum(flags(texts[kind]))} of {len(texts[kind])} flagged")
    for name in FURTHER:
        further(name, options.missed)
    for name in FREE:
        free(name)
    asked = sum(bool(doubts(r)) for _, case in book for r in (read(case.text), read_case(case)))
    print(f"doubts: {asked} of {2 * len(book)} readings of the case book")
    print(f"speed: {speed([case.text for _, case in book]):.1f} ms a text")


if __name__ == "__main__":
    main()
