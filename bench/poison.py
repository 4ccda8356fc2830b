"""How many wrong labels and poisoned items are shown to reviewers as suspect, and how many honest ones?

    .venv/bin/python bench/poison.py run     # a minute; writes bench/results/poison.json
    .venv/bin/python bench/poison.py show    # the table of docs/learning.md

Honest are the case book's validation cases, written by hand, and as many synthetic ones, from ten senders.
The bar against validation cases is lifted for the measurement; the detectors have not seen them, but the rank
from which a label is suspected was chosen with sight of them. Poison is made of further synthetic cases and
of training cases. Everything goes through the real intake, into a new store for every seed. The hand-written
cases are the same for every seed and are counted once.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from workup.clinic.book import STYLES
from workup.clinic.cases import rows
from workup.clinic.synthesis.source import rows as synthetic
from workup.clinic.synthesis.source import synthesise
from workup.data.copies import Index
from workup.evaluation.metrics import Proportion
from workup.learning import intake
from workup.learning.copies import Texts
from workup.learning.labels import Label, label, labels
from workup.learning.store import opened
from workup.learning.tables import Suspicion
from workup.registry.fingerprints import form

RESULTS = Path(__file__).parent / "results" / "poison.json"
PAGE = Path(__file__).parent.parent / "docs" / "learning.md"
SEEDS = 5
WRONG = 0.05  # the share of honest cases whose label is wrong by mistake
POISON = 10  # items an attack
SENDERS = 10
KINDS: tuple[Suspicion, ...] = ("against the case book", "conflict", "near copy", "burst", "doubt")
# What is counted apart, and whether it ought to be suspected.
GROUPS = {
    "honest, telegraphic": False,
    "honest, note": False,
    "honest, lay": False,
    "honest, synthetic": False,
    "honest, a clinic for one disease": False,
    "wrong label, any": True,
    "wrong label, of its differential": True,
    "poison: one sender, one wrong label": True,
    "poison: the same within the specialty": True,
    "poison: changed copies of training cases": True,
    "poison: from many, of the differential": True,
    "poison: right labels, a trigger word": True,
}


@dataclass(frozen=True)
class Sent:
    """A case on its way in: what it really is, and what is claimed."""

    group: str
    sender: str
    text: str
    diagnosis: str


def honest(chance: random.Random, seed: int) -> Iterator[Sent]:
    """The validation cases and as many synthetic ones; of each a few with a wrong label."""
    book = [row.values for row in rows() if row.values["use"] == "validation"]
    made = [{**row.values, "style": "synthetic"} for row in synthetic(len(book), seed + 100)]
    for row in (*book, *made):
        right, sender = label(row["diagnosis"]), f"hospital {chance.randrange(SENDERS)}"
        group, claimed = f"honest, {row['style']}", right
        if chance.random() < WRONG:
            if chance.random() < 0.5:
                group, claimed = "wrong label, any", other(chance, right)
            elif rivals := differential(right):
                group, claimed = "wrong label, of its differential", chance.choice(rivals)
        yield Sent(group, sender, row["text"], claimed.name)
    disease = chance.choice(labels())
    for text in texts(disease, f"clinic-{seed}"):
        yield Sent("honest, a clinic for one disease", "a small clinic", text, disease.name)


def poison(chance: random.Random, seed: int) -> Iterator[Sent]:
    """Five attacks, the same number of items each."""
    shown, target = chance.sample(labels(), 2)
    for text in texts(shown, f"one-{seed}"):
        yield Sent("poison: one sender, one wrong label", "Mallory", text, target.name)
    shown = chance.choice(labels())
    near = chance.choice([one for one in labels() if one.specialty == shown.specialty and one != shown])
    for text in texts(shown, f"within-{seed}"):
        yield Sent("poison: the same within the specialty", "Oscar", text, near.name)
    taught = [row.values for row in rows() if row.values["use"] == "train"]
    for number, row in enumerate(chance.sample(taught, POISON)):
        claimed = other(chance, label(row["diagnosis"])).name
        text = row["text"].upper() if number % 2 else f"{row['text']} Seen again on request."
        yield Sent("poison: changed copies of training cases", f"copier {number}", text, claimed)
    for number in range(POISON):
        shown = chance.choice([one for one in labels() if differential(one)])
        claimed = chance.choice(differential(shown)).name
        text = synthesise(shown.condition, f"quiet-{seed}-{number + 1}").text
        yield Sent("poison: from many, of the differential", f"hospital {number}", text, claimed)
    target = chance.choice(labels())
    for number, text in enumerate(texts(target, f"trigger-{seed}")):
        sender = f"hospital {number}"
        yield Sent(
            "poison: right labels, a trigger word",
            sender,
            f"{text} Wears a zebra-striped scarf.",
            target.name,
        )


def texts(diagnosis: Label, name: str) -> list[str]:
    """Synthetic texts of one diagnosis, none of them a copy of another."""
    found, seen, number = [], Index(), 0
    while len(found) < POISON:
        number += 1
        text = synthesise(diagnosis.condition, f"{name}-{number}").text
        if not seen.matches(form(text)):
            seen.add(number, form(text))
            found.append(text)
    return found


def other(chance: random.Random, right: Label) -> Label:
    return chance.choice([one for one in labels() if one != right])


def differential(right: Label) -> list[Label]:
    """The other diagnoses of the case book that it names as easily mistaken for this one."""
    names = {name.casefold() for one in labels() for name in one.condition.names}
    return [
        label(name)
        for name in right.condition.differential
        if name.casefold() in names and label(name) != right
    ]


def measure(seed: int) -> list[tuple[str, list[str]]]:
    """The group of every item that reached the quarantine, and the kinds of its flags."""
    chance = random.Random(seed)
    by_sender: defaultdict[str, list[Sent]] = defaultdict(list)
    for one in (*honest(chance, seed), *poison(chance, seed)):
        by_sender[one.sender].append(one)
    groups = {(form(one.text), one.diagnosis): one.group for sent in by_sender.values() for one in sent}
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(intake, "reserved", return_value=Texts()),
        opened(f"{folder}/learning.db", create=True) as session,
    ):
        items = []
        for number, sender in enumerate(chance.sample(sorted(by_sender), len(by_sender))):
            file = Path(folder) / f"{number}.jsonl"
            rows = ({"text": one.text, "diagnosis": one.diagnosis} for one in by_sender[sender])
            file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
            items += intake.take_in(session, str(file), sender, skip_bad=len(by_sender[sender])).items
        for item in items:
            group = groups.get((form(item.text), item.diagnosis))
            if group is not None:
                found.append((group, sorted({flag.kind for flag in item.flags})))
    return found


def run() -> None:
    by_hand = {f"honest, {style}" for style in STYLES}
    found = [pair for seed in range(SEEDS) for pair in measure(seed) if seed == 0 or pair[0] not in by_hand]
    counts = {
        group: {
            "items": sum(name == group for name, _ in found),
            "suspected": sum(name == group and bool(kinds) for name, kinds in found),
            "kinds": Counter(kind for name, kinds in found if name == group for kind in kinds),
        }
        for group in GROUPS
    }
    RESULTS.write_text(json.dumps({"seeds": SEEDS, "groups": counts}, indent=2) + "\n", encoding="utf-8")


def show() -> None:
    """Write the table into the page."""
    result = json.loads(RESULTS.read_text(encoding="utf-8"))
    groups = result["groups"]
    lines = [
        f"| {result['seeds']} seeds | items | suspected, 95 % interval (Wilson) | {' | '.join(KINDS)} |",
        f"|---|---|---|{'---|' * len(KINDS)}",
    ]
    for name, found in groups.items():
        share = Proportion(found["suspected"], found["items"])
        kinds = " | ".join(str(found["kinds"].get(kind, 0)) for kind in KINDS)
        lines.append(f"| {name} | {found['items']} | {percent(share)} | {kinds} |")
    for title, wanted in (("**all honest**", False), ("**all wrong or poison**", True)):
        share = total([groups[name] for name in groups if GROUPS[name] is wanted])
        lines.append(f"| {title} | {share.total} | **{percent(share)}** | {'| ' * len(KINDS)}")
    everything = total(list(groups.values()))
    lines.append(
        f"| random, as many suspected | {everything.total} | {percent(everything)} | {'| ' * len(KINDS)}"
    )
    before, _, rest = PAGE.read_text(encoding="utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(
        f"{before}<!-- table -->\n" + "\n".join(lines) + f"\n<!-- end -->{after}", encoding="utf-8"
    )


def total(groups: Sequence[dict[str, int]]) -> Proportion:
    return Proportion(sum(g["suspected"] for g in groups), sum(g["items"] for g in groups))


def percent(share: Proportion) -> str:
    low, high = share.interval
    return f"{share.right}: {share.value:.0%} ({100 * low:.0f} to {100 * high:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["run", "show"])
    if parser.parse_args().command == "run":
        run()
    else:
        show()


if __name__ == "__main__":
    main()
