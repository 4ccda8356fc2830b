"""Which way learns new cases best, what is forgotten meanwhile, and how much poison reaches the training?

    .venv/bin/python bench/learning.py run --work FOLDER   # some 40 CPU minutes; goes on where it was stopped
    .venv/bin/python bench/learning.py show                # the tables of docs/learning.md

Small on purpose: 24 conditions with ten cases each, as free text, four epochs, three seeds. Six cases of each
(three of the case book, three synthetic) train the first model; the other four, synthetic all, come in five
waves, 5 % of them with a wrong label by mistake and 2 % poison. They go through the real intake, review and
release, and what is released is learned in the product's own three ways, each going on from its own model of
the wave before. Tests are the 48 validation cases of the book and 96 synthetic ones.

Reviewers are simulated: see `simulated_review.py`. How much of the poison gets past them, and past the
detectors, is counted apart, on streams over the whole case book; those whose releases are trained on err in
10 % of items, independently.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from page import fill
from simulated_review import KINDS, Sent, counted, review, spoiled, take
from workup.clinic.book import Condition, Specialty, conditions
from workup.clinic.cases import row_of, rows
from workup.clinic.synthesis.source import synthesise
from workup.compare.answers import answers
from workup.compare.models import kept
from workup.data.export import write_rows
from workup.data.rows import Row
from workup.evaluation.metrics import Proportion
from workup.evaluation.paired import Effect, effect
from workup.files import write_json
from workup.learning.references import add
from workup.learning.release import released
from workup.learning.retraining.rows import Case, case_rows
from workup.learning.retraining.ways import TOLD, WAYS, Lesson, Start, Way, unwatched, write_ways
from workup.learning.store import opened
from workup.recipe import Recipe
from workup.registry.fingerprints import form

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "learning.json"
PAGE = HERE.parent / "docs" / "learning.md"
RECIPE = HERE.parent / "recipes" / "clinic.yaml"
ERRORS = (0.05, 0.1, 0.2)
TRAINED_ON = 0.1


@dataclass(frozen=True)
class Setting:
    """How large everything is: cases a condition, waves, seeds; and streams with their items."""

    conditions: int = 24
    first: int = 3
    later: int = 4
    test: int = 4
    waves: int = 5
    epochs: float = 4.0
    seeds: int = 3
    remembered: int = 72
    streams: int = 6
    items: int = 513


@dataclass(frozen=True)
class Cases:
    """Rows of the first training, rows of all waves in the order in which they come, and test rows."""

    first: list[Row]
    later: list[Row]
    test: list[Row]


def cases(setting: Setting, seed: int) -> Cases:
    chosen = random.Random("conditions").sample(list(conditions()), setting.conditions)
    names = {condition.name for _, condition in chosen}
    book = [row for row in rows() if row.values["diagnosis"] in names]
    first = [row for row in book if row.values["use"] == "train"]
    test = [row for row in book if row.values["use"] == "validation"]
    later: list[Row] = []
    for specialty, condition in chosen:
        test += made(specialty, condition, "test", setting.test)
        own = made(specialty, condition, f"seed-{seed}", setting.first + setting.later)
        first += own[: setting.first]
        later += own[setting.first :]
    random.Random(f"waves {seed}").shuffle(later)
    return Cases(first, later, test)


def made(specialty: Specialty, condition: Condition, name: str, count: int) -> list[Row]:
    code = "".join(sign for sign in condition.icd10.lower() if sign.isalnum())
    ids = (f"learning-{name}-{code}-{number}" for number in range(1, count + 1))
    return [row_of(specialty, condition, synthesise(condition, id), id) for id in ids]


def recipe(setting: Setting, seed: int) -> Recipe:
    """The clinic's recipe on free text, answering greedily."""
    changed = Recipe.load(RECIPE)
    for path, value in {
        "prompt.template": "{text} What is the most likely diagnosis?",
        "data.strata": None,
        "training.epochs": setting.epochs,
        "training.threads": 1,
        "generation.num_beams": 1,
        "generation.max_new_tokens": 16,
        "seed": seed,
    }.items():
        changed = changed.change(path, value)
    return changed


@dataclass(frozen=True)
class Model:
    """A trained model with its recipe; `steps` since the base."""

    start: Start
    recipe: Recipe

    def right(self, folder: Path, test: Path | None = None) -> list[bool]:
        """Whether its first answer to each case is right."""
        outcome = answers(self.start.folder, [self.recipe], folder, str(test) if test else None)[0]
        return [rank == 1 for rank in outcome.ranks]


def trained(lesson: Lesson, start: Start, way: Way, folder: Path) -> Model:
    """The model that this way makes; the one that is there, where it was made before."""
    folder.mkdir(parents=True, exist_ok=True)
    found = unwatched(write_ways(lesson, start, folder, [way])[way])
    return Model(Start(kept(found, folder), start.steps + lesson.steps), found)


def learn(setting: Setting, seed: int, folder: Path) -> dict[str, Any]:
    """One seed: which answers are right, of every way after every wave."""
    given, plain = cases(setting, seed), recipe(setting, seed)
    sent = spoiled(given.later, random.Random(f"sent {seed}"))
    ends = [round(len(sent) * number / setting.waves) for number in range(setting.waves + 1)]
    as_sent = [sent[begin:end] for begin, end in pairwise(ends)]
    waves = reviewed(as_sent, given.test, seed)
    first = trained(Lesson(plain, [], given.first, given.test), Start(folder, 0), "fresh", folder / "first")
    asked = folder / "remembered.jsonl"
    asked.unlink(missing_ok=True)
    write_rows(random.Random(seed).sample(given.first, setting.remembered), asked)
    truth = {form(one.text): one.truth for one in sent}
    ways: dict[str, Any] = {}
    for way in WAYS:
        now, old, right = first, list(given.first), []
        for number, wave in enumerate(waves, start=1):
            new = case_rows(wave, plain, given.first)
            now = trained(Lesson(plain, old, new, given.test), now.start, way, folder / f"{way}-{number}")
            old += new
            right.append(now.right(folder))
            print(f"seed {seed}, wave {number}, {way}: {np.mean(right[-1]):.1%}", flush=True)
        memory = now.right(folder, asked)
        ways[way] = {"steps": now.start.steps, "right": right, "memory": memory}
    before = first.start.steps + sum(
        Lesson(plain, given.first, case_rows(wave, plain, given.first), []).steps for wave in waves[:-1]
    )
    *earlier, last = (claims(wave, plain, given.first) for wave in as_sent)
    everything = Lesson(plain, [*given.first, *(row for wave in earlier for row in wave)], last, given.test)
    raw = trained(everything, Start(folder, before), "fresh", folder / "as-sent")
    return {
        "seed": seed,
        "by_hand": [not row.values["id"].startswith("learning-") for row in given.test],
        "sent": [len(wave) for wave in as_sent],
        "released": [len(wave) for wave in waves],
        "wrong": [sum(one.diagnosis != truth[form(one.text)] for one in wave) for wave in waves],
        "first": {
            "cases": len(given.first),
            "steps": first.start.steps,
            "right": first.right(folder),
            "memory": first.right(folder, asked),
        },
        "ways": ways,
        "as_sent": {"steps": raw.start.steps, "right": raw.right(folder)},
    }


def claims(wave: Sequence[Sent], plain: Recipe, first: Sequence[Row]) -> list[Row]:
    """Everything as it was sent, as rows to train on."""
    told = [Case(f"sent-{number}", one.text, one.claimed) for number, one in enumerate(wave)]
    return case_rows(told, plain, first)


def reviewed(as_sent: Sequence[Sequence[Sent]], test: Sequence[Row], seed: int) -> list[list[Case]]:
    """What is released of each wave."""
    waves: list[list[Case]] = []
    with tempfile.TemporaryDirectory() as place:
        database, file = f"{place}/learning.db", Path(place) / "test.jsonl"
        write_rows(test, file)
        with opened(database, create=True) as session:
            add(session, str(file), "test")
        known: set[str] = set()
        for number, wave in enumerate(as_sent):
            take(database, wave)
            review(database, wave, TRAINED_ON, False, random.Random(f"review {seed} {number}"))
            with opened(database) as session:
                new = [one for one in released(session) if one.fingerprint not in known]
            known |= {one.fingerprint for one in new}
            waves.append([Case(one.fingerprint[:12], one.text, one.diagnosis) for one in new])
    return waves


def stream(setting: Setting, seed: int) -> list[dict[str, Any]]:
    """What of each kind is released from one stream over the case book, under each kind of reviewers."""
    book = list(conditions())
    sent_rows = []
    for number in range(setting.items):
        specialty, condition = book[number % len(book)]
        sent_rows.append(made(specialty, condition, f"stream-{seed}-{number // len(book)}", 1)[0])
    sent = spoiled(sent_rows, random.Random(f"stream {seed}"))
    found = []
    with tempfile.TemporaryDirectory() as place:
        take(f"{place}/taken.db", sent)
        for error in ERRORS:
            for same in (False, True):
                database = shutil.copy(f"{place}/taken.db", f"{place}/reviewed.db")
                review(database, sent, error, same, random.Random(f"{seed} {error} {same}"))
                found.append({"error": error, "same": same, "counts": counted(database, sent)})
    return found


def run(setting: Setting, work: Path, results: Path) -> None:
    """Everything that is not in the folder yet; results are written anew after every piece."""
    streams = [work / f"stream-{number}.json" for number in range(setting.streams)]
    seeds = [work / f"seed-{number}.json" for number in range(setting.seeds)]
    work.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(streams):
        if not file.is_file():
            write_json(file, stream(setting, number))
            print(f"stream {number} is done", flush=True)
    for number, file in enumerate(seeds):
        if not file.is_file():
            write_json(file, learn(setting, number, work / f"seed-{number}"))
        done = {"streams": streams, "seeds": seeds[: number + 1]}
        found = {name: [json.loads(one.read_text()) for one in files] for name, files in done.items()}
        results.write_text(json.dumps({"setting": asdict(setting), **found}) + "\n", encoding="utf-8")


def show(results: Path) -> None:
    """Write the tables into the page."""
    found = json.loads(results.read_text(encoding="utf-8"))
    fill(PAGE, "<!-- ways -->\n", "<!-- end of ways -->", ways_table(found["seeds"]))
    fill(PAGE, "<!-- review -->\n", "<!-- end of review -->", review_table(found["streams"]))


def ways_table(seeds: Sequence[dict[str, Any]]) -> str:
    first = np.array([one["first"]["right"] for one in seeds])
    memory = np.array([one["first"]["memory"] for one in seeds])
    waves = len(seeds[0]["sent"])
    by_wave = [{way: right_of(seeds, way, wave) for way in WAYS} for wave in range(waves)]
    last = by_wave[-1]
    cases, hand = first.shape[1], sum(seeds[0]["by_hand"])
    lines = [
        f"| {len(seeds)} seed{'s' if len(seeds) > 1 else ''}, {cases} test cases, {hand} of them by hand | "
        + " | ".join(f"{way}: {TOLD[way]}" for way in WAYS)
        + " |",
        "|---|" + "---|" * len(WAYS),
        line("first model, % right", [f"{100 * first.mean():.1f}"] * len(WAYS)),
    ]
    for number, wave in enumerate(by_wave, start=1):
        lines.append(line(f"after wave {number}", [f"{100 * wave[way].mean():.1f}" for way in WAYS]))
    raw = np.array([one["as_sent"]["right"] for one in seeds])
    remembered = {way: np.array([one["ways"][way]["memory"] for one in seeds]) for way in WAYS}
    lines += [
        line("gain since the first model", [told(effect(first, last[way])) for way in WAYS]),
        line("more than fresh", ["", *(told(effect(last["fresh"], last[way])) for way in WAYS[1:])]),
        line("forgotten: right at first, wrong now", [lost(first, last[way]) for way in WAYS]),
        line(
            "of the first training's cases, % right",
            [f"{100 * remembered[way].mean():.1f}, {told(effect(memory, remembered[way]))}" for way in WAYS],
        ),
        line("fresh on everything as it was sent", [told(effect(last["fresh"], raw)), "", ""]),
        line(
            "steps since the base", [f"{np.mean([o['ways'][w]['steps'] for o in seeds]):.0f}" for w in WAYS]
        ),
    ]
    return "\n".join(lines)


def right_of(seeds: Sequence[dict[str, Any]], way: str, wave: int) -> Any:
    """(S, N)"""
    return np.array([one["ways"][way]["right"][wave] for one in seeds])


def line(title: str, cells: Sequence[str]) -> str:
    return f"| {title} | {' | '.join(cells)} |"


def told(found: Effect) -> str:
    return f"{100 * found.difference:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def lost(before: Any, after: Any) -> str:
    return f"{100 * (before & ~after).sum() / before.sum():.1f} %"


def review_table(streams: Sequence[Sequence[dict[str, Any]]]) -> str:
    lines = [
        "| reviewers err in | and | right labels released | wrong labels let through | poison let through | "
        "of both, unflagged | wrong of what is released |",
        "|---|---|---|---|---|---|---|",
    ]
    for place, kind in enumerate(streams[0]):
        total = {
            name: {key: sum(one[place]["counts"][name][key] for one in streams) for key in count}
            for name, count in kind["counts"].items()
        }
        bad = {name: Proportion(total[name]["bad"], total[name]["items"]) for name in KINDS}
        spoilt = total["wrong label"], total["poison"]
        unseen = sum(one["unseen"] for one in spoilt), sum(one["items"] for one in spoilt)
        through = sum(one["bad"] for one in total.values()), sum(one["released"] for one in total.values())
        kept_right = Proportion(total["right"]["released"] - total["right"]["bad"], total["right"]["items"])
        lines.append(
            line(
                f"{kind['error']:.0%}",
                [
                    "on the same items" if kind["same"] else "independently",
                    percent(kept_right),
                    percent(bad["wrong label"]),
                    percent(bad["poison"]),
                    percent(Proportion(*unseen)),
                    percent(Proportion(*through)),
                ],
            )
        )
    return "\n".join(lines)


def percent(share: Proportion) -> str:
    low, high = share.interval
    return f"{share.right} of {share.total}: {share.value:.1%} ({100 * low:.0f} to {100 * high:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["run", "show"])
    parser.add_argument("--work", type=Path, default=Path("learning-bench"), help="what is done is kept here")
    parser.add_argument("--results", type=Path, default=RESULTS)
    for one in fields(Setting):
        parser.add_argument(f"--{one.name}", type=type(one.default), default=one.default)
    given = vars(parser.parse_args())
    command, work, results = given.pop("command"), given.pop("work"), given.pop("results")
    if command == "run":
        run(Setting(**given), work, results)
    else:
        show(results)


if __name__ == "__main__":
    main()
