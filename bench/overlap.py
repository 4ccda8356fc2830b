"""How fast is the search for copies, how much memory does it need, and what does it miss?

    .venv/bin/python bench/overlap.py [--texts 1000000] [--others 10000]

Compares so many texts with so many others, composed of the case book's words, a hundredth of them near-copies
(every tenth word exchanged). Beside it, in the same run, the full comparison of every pair by rapidfuzz on a
sample: what that would take for all, and how many of the near-copies it finds that the search finds too.
"""

from __future__ import annotations

import argparse
import random
import resource
import time

from workup.clinic.cases import rows
from workup.data.nearest import nearest
from workup.data.overlap import between, count

SAMPLE = 1000


def texts(number: int, seed: int) -> list[str]:
    """Texts of the length of a case, put together from phrases of the book."""
    rng = random.Random(seed)
    phrases = [phrase for row in rows() for phrase in row.values["findings"].split(", ")]
    return [", ".join(rng.sample(phrases, 4)) for _ in range(number)]


def changed(text: str, rng: random.Random) -> str:
    return " ".join(rng.choice(("also", "then", "again")) if rng.random() < 0.1 else w for w in text.split())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--others", type=int, default=10_000)
    given = parser.parse_args()
    rng = random.Random(0)
    others = texts(given.others, 1)
    many = texts(given.texts, 2)
    for place in rng.sample(range(len(many)), len(many) // 100):
        many[place] = changed(rng.choice(others), rng)
    started = time.perf_counter()
    pairs = between(many, others)
    seconds = time.perf_counter() - started
    usages = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sample = rng.sample(range(len(many)), min(SAMPLE, len(many)))
    started = time.perf_counter()
    neighbours = nearest([many[place] for place in sample], others)
    full = (time.perf_counter() - started) * len(many) / len(sample)
    near = {place for place, found in zip(sample, neighbours, strict=True) if found.is_near_copy}
    found = {pair.index for pair in pairs if pair.kind != "template"}
    print(f"{len(many):,} x {len(others):,} texts: {seconds:.0f} s; {count(pairs)}")
    print(
        f"peak memory: {usages[0] / 2**20:.2f} GB; {usages[1] / 2**20:.2f} GB in the largest process beside"
    )
    print(f"comparing every pair would take {full:.0f} s ({full / seconds:.1f} times as long)")
    print(f"of {len(near)} near-copies in a sample of {len(sample)}, found: {len(near & found)}")


if __name__ == "__main__":
    main()
