"""How much does de-identification find, what does it take for an identifier that is none, and how fast is it?

    .venv/bin/python bench/deidentify.py [--notes tests/clinic/deidentify_notes.yaml] [--missed] [--icd]

The notes are marked by hand and describe invented people. `before` and `after` were looked at while the rules
were made; `unseen` was written without sight of them, so its recall is the one to believe, with its 95 %
Wilson interval. An identifier counts as found when every character of it was replaced. The case book holds
nobody's name: whatever is replaced there, ages over 89 apart, is a false alarm. `--icd` looks through the
98,000 titles of ICD-10-CM too, where every name is an eponym (half a minute). Rules and lists were made with
the case book and these titles in view: their figures say that nothing broke, not what other texts will show.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import yaml

from workup.clinic.cases import rows
from workup.clinic.deidentify import KINDS, deidentify
from workup.clinic.deidentify.measure import Measured, measure

NOTES = Path(__file__).parent.parent / "tests" / "clinic" / "deidentify_notes.yaml"


def show(title: str, measured: Measured, missed: bool) -> None:
    print(f"\n{title}: {measured.notes} notes, {measured.words} words")
    for kind in KINDS:
        if measured.there[kind]:
            recall = measured.recall_of(kind)
            print(f"  {kind:8} {recall.right:4} of {recall.total:4}   {recall}")
    print(f"  {'all':8} {measured.recall.right:4} of {measured.recall.total:4}   {measured.recall}")
    rate = measured.false_alarms_per_1000_words
    print(f"  false alarms: {len(measured.false_alarms)}, {rate:.1f} per 1,000 words")
    if missed:
        for what, texts in (("missed", measured.missed), ("false alarm", measured.false_alarms)):
            print(*(f"    {what}: {text}\n" for text in texts), sep="", end="")


def look_through(title: str, texts: Iterable[str]) -> None:
    """What is found in texts that hold no identifiers but ages, and how fast."""
    texts = list(texts)
    size = sum(len(text.encode()) for text in texts) / 1e6
    begin = time.perf_counter()
    kinds = Counter(place.kind for text in texts for place in deidentify(text).found)
    seconds = time.perf_counter() - begin
    ages = kinds.pop("AGE", 0)
    print(
        f"\n{title}: {len(texts)} texts, {size:.2f} MB: {kinds.total()} false alarms {dict(kinds) or ''}"
        f" beside {ages} ages over 89; {size / seconds:.2f} MB/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=Path, default=NOTES)
    parser.add_argument("--missed", action="store_true", help="show what was missed, and the false alarms")
    parser.add_argument("--icd", action="store_true", help="look through the titles of ICD-10-CM too")
    options = parser.parse_args()
    begin = time.perf_counter()
    deidentify("Maria")
    print(f"lists of names read in {time.perf_counter() - begin:.2f} s")
    sets = yaml.safe_load(options.notes.read_text(encoding="utf-8"))
    for title, notes in sets.items():
        show(title, measure(note["text"] for note in notes), options.missed)
    look_through("case book", (row.values[c] for row in rows() for c in ("text", "findings", "whole")))
    if options.icd:
        import simple_icd_10_cm

        codes = simple_icd_10_cm.get_all_codes()
        look_through("ICD-10-CM titles", (simple_icd_10_cm.get_description(code) for code in codes))


if __name__ == "__main__":
    main()
