"""One diagnosis, or the diagnosis with its differential? Both target formats, trained alike and judged alike.

    .venv/bin/python -m bench.formats run [--seeds 0] [--ddxplus FOLDER]    # trains where it was not, judges
    .venv/bin/python -m bench.formats show    # writes the tables of docs/formats.md

Both formats are trained by recipes/diagnoser.yaml with equally many optimizer steps; the differential format
changes the target, with the length it needs, and nothing else. The diagnosis format of the clinic is the run
of bench/clinic.py. With `--ddxplus`, the folder of patients in the format of DDXPlus, both are also trained
on 2,000 of its training patients, each told in full or in part by turns, and judged on 500 test patients told
both ways. Runs are kept in runs/formats, results in bench/results/formats.json, seed by seed; what is there
already is not run again.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results" / "formats.json"
RUNS, DIAGNOSERS = ROOT / "runs" / "formats", ROOT / "runs" / "clinic-bench"
TARGETS = {"diagnosis": "{diagnosis}", "differential": "Diagnosis: {diagnosis} | DD: {differential}"}
LIST_TOKENS = 96
TRAIN, TEST, EPOCHS = 2000, 500, 2.0  # of DDXPlus
UNSEEN = -20.0  # nats; of a condition without a training row
ALONE = "none"  # stands for a differential that names nothing beside the diagnosis
_MOST_KEPT = 0.5  # a looked-up list names what stands in at least so many of a diagnosis's training lists


@dataclass(frozen=True)
class Cases:
    """Cases told in one way: their own words, what the model reads, right answers, and reference lists."""

    contents: list[str]
    sources: list[str]
    answers: list[Sequence[str]]
    references: list[Mapping[str, float]]


def recipe(form: str, seed: int, changes: Mapping[str, Any]) -> Any:
    """The diagnoser's recipe with one of the two targets."""
    from workup.recipe import Recipe

    changed = Recipe.load(ROOT / "recipes" / "diagnoser.yaml").change("seed", seed)
    if form == "differential":
        changes = {
            **changes,
            "tokens.target_length": LIST_TOKENS,
            "generation.max_new_tokens": LIST_TOKENS,
            "generation.num_beams": 1,
        }
    for path, value in {**changes, "target.template": TARGETS[form]}.items():
        changed = changed.change(path, value)
    return changed


def trained(folder: Path, wanted: Any) -> Any:
    """The run in a folder, trained there first where there is none."""
    from workup.run import Run, train

    if (folder / "run.json").is_file():
        return Run.load(folder)
    print(f"training {folder}", flush=True)
    return train(wanted, folder)


def clinic(seed: int) -> dict[str, Any]:
    """The case book: validation cases as structured findings and as free text."""
    from workup.clinic.assess.forms import contents, sources

    changes = {"training.evaluate_every": "never"}
    runs = {
        "diagnosis": trained(DIAGNOSERS / f"seed-{seed}", recipe("diagnosis", seed, {})),
        "differential": trained(RUNS / f"clinic-differential-{seed}", recipe("differential", seed, changes)),
    }
    validation = runs["diagnosis"].examples.validation
    references = [_equal_weights(example) for example in validation]
    answers = [example.answers for example in validation]
    tests = {
        form: Cases(
            contents(validation, form),
            sources(validation, runs["diagnosis"].predictor.prompt, form) or [],
            answers,
            references,
        )
        for form in ("findings", "text")
    }
    return judged(runs, tests)


def ddxplus(seed: int, folder: Path) -> dict[str, Any]:
    """Patients in the format of DDXPlus: evidence in full and in part."""
    data = RUNS / "ddxplus.jsonl"
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text("\n".join(map(json.dumps, patients(folder))) + "\n", encoding="utf-8")
    changes = {
        "data": {"source": str(data), "split": "column", "split_column": "use"},
        "training.epochs": EPOCHS,
        "training.evaluate_every": "never",
    }
    runs = {form: trained(RUNS / f"ddxplus-{form}-{seed}", recipe(form, seed, changes)) for form in TARGETS}
    held_out = runs["diagnosis"].examples.validation
    tests = {}
    for view in ("full", "partial"):
        told = [example for example in held_out if example.metadata["view"] == view]
        tests[view] = Cases(
            [example.content for example in told],
            [example.source for example in told],
            [example.answers for example in told],
            [example.metadata["weights"] for example in told],
        )
    return judged(runs, tests)


def patients(folder: Path) -> Iterator[dict[str, Any]]:
    """Training patients told in full and in part by turns, and test patients told both ways."""
    from workup.clinic.formats.ddxplus import read
    from workup.data.rows import Row

    usable = [row.values for row in read(str(folder)) if isinstance(row, Row)]
    for number, row in enumerate(islice((r for r in usable if r["split"] == "train"), TRAIN)):
        yield _patient(row, "partial" if number % 2 else "full", "train")
    for row in islice((r for r in usable if r["split"] == "test"), TEST):
        for view in ("full", "partial"):
            yield _patient(row, view, "validation")


def _patient(row: Mapping[str, Any], view: str, use: str) -> dict[str, Any]:
    weights = dict(told.rsplit(" ", 1) for told in row["differential_with_probabilities"])
    others = [name for name in row["differential"] if name != row["diagnosis"]]
    return {
        "id": f"{row['id']}-{view}",
        "findings": row["text" if view == "full" else "partial"],
        "diagnosis": row["diagnosis"],
        "differential": others or [ALONE],
        "weights": {name: float(weight) for name, weight in weights.items()},
        "view": view,
        "use": use,
    }


def judged(runs: Mapping[str, Any], tests: Mapping[str, Cases]) -> dict[str, Any]:
    """Every method on every way that the test cases are told."""
    known = _known(runs["diagnosis"])
    words = regression(runs["diagnosis"].examples.train, known)
    found: dict[str, Any] = {"steps": {form: _steps(run) for form, run in runs.items()}}
    for view, test in tests.items():
        print(f"judging {view}", flush=True)
        scores = closed_set(runs["diagnosis"], known, test)
        train = runs["diagnosis"].examples.train
        lists = {
            "differential format, as written": written(runs["differential"], test),
            **ranked("diagnosis format", scores, train, known, test),
            **ranked("TF-IDF + logistic regression", words(test.contents), train, known, test),
        }
        found[view] = {name: measured(given, test, known) for name, given in lists.items()}
    return found


def written(run: Any, test: Cases) -> list[list[str]]:
    """The diagnosis and the differential that the model writes."""
    names = {name for example in run.examples.train for name in _names(example)}
    lists: list[list[str]] = [[] for _ in test.sources]
    for place, prediction in run.predictor.stream(test.sources):
        lists[place] = names_in(prediction.text, names)
    return lists


def names_in(text: str, names: set[str]) -> list[str]:
    """The diagnosis and the names behind it, each once.

    The bar is not waited for: a tokenizer that does not know it, as the built-in base's, learns an unknown
    token in its place, which no text shows.
    """
    diagnosis, _, others = text.removeprefix("Diagnosis:").partition("DD:")
    told = [diagnosis.strip(" |"), *parted(others, names)]
    return [name for name in dict.fromkeys(told) if name and name != ALONE]


def parted(text: str, names: set[str]) -> list[str]:
    """The names of a written list; a comma may belong to a name."""
    with_comma = [re.escape(name) for name in names if "," in name]
    found: list[str] = re.findall("|".join([*with_comma, r"[^,\s][^,]*"]), text)
    return [name.strip() for name in found]


def closed_set(run: Any, known: Sequence[str], test: Cases) -> Any:
    """(N, K) log-probabilities that the model gives each known answer."""
    from workup.pipeline.scoring.closed_set import ClosedSet

    predictor = run.predictor
    texts = {name: (name,) for name in known}
    scoring = ClosedSet(predictor.model, predictor.tokenizer, texts, predictor.recipe.tokens)
    return scoring.score(test.sources).log_probabilities


def regression(train: Sequence[Any], known: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    """Logistic regression on the words of the same training rows: (N, K) log-probabilities of N contents."""
    from sklearn.linear_model import LogisticRegression

    from workup.evaluation.baselines import vectorizer

    words = vectorizer()
    features = words.fit_transform([example.content for example in train])
    labels = [known.index(example.answers[0]) for example in train]
    model = LogisticRegression(C=10.0, max_iter=1000).fit(features, labels)

    def log_probabilities(contents: Sequence[str]) -> Any:
        scores = np.full((len(contents), len(known)), UNSEEN)
        scores[:, model.classes_] = model.predict_log_proba(words.transform(contents))
        return scores

    return log_probabilities


def ranked(
    name: str, scores: Any, train: Sequence[Any], known: Sequence[str], test: Cases
) -> dict[str, list[list[str]]]:
    """Three ways to make a list of probabilities: by a threshold, by a length, and by looking it up."""
    from workup.evaluation.calibration import cross_fitted
    from workup.evaluation.differential import listed

    truth = np.array([known.index(answers[0]) for answers in test.answers])
    probabilities = cross_fitted(scores, truth)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    length, remembered = remember(train)
    return {
        f"{name}, above 1 %": [listed(row.tolist(), known) for row in probabilities],
        f"{name}, likeliest {length}": [[known[column] for column in row[:length]] for row in order],
        f"{name}, list looked up": [remembered.get(known[row[0]], [known[row[0]]]) for row in order],
    }


def remember(train: Sequence[Any]) -> tuple[int, dict[str, list[str]]]:
    """How long training lists are, and for each diagnosis what stands in most of its own."""
    lists: dict[str, list[list[str]]] = {}
    for example in train:
        lists.setdefault(example.answers[0], []).append(_names(example))
    found = {}
    for diagnosis, rows in lists.items():
        counts = Counter(name for row in rows for name in row)
        found[diagnosis] = [name for name, count in counts.most_common() if count >= _MOST_KEPT * len(rows)]
    return round(median(len(row) for rows in lists.values() for row in rows)), found


def measured(lists: Sequence[Sequence[str]], test: Cases, known: Sequence[str]) -> dict[str, Any]:
    """Accuracy of the list's beginning, and how well the whole list agrees with its reference."""
    from workup.evaluation.differential import differential
    from workup.evaluation.metrics import Accuracy, normalise, rank

    closed = {normalise(name) for name in known}
    within = [[name for name in row if normalise(name) in closed] for row in lists]
    reachable = [
        {name: weight for name, weight in reference.items() if normalise(name) in closed}
        for reference in test.references
    ]
    ranks = [rank(row, answers) for row, answers in zip(lists, test.answers, strict=True)]
    return {
        **Accuracy.of(ranks).to_json(),
        **differential(lists, test.references).to_json(),
        "among_known": differential(within, reachable).to_json(),
        "length": float(np.mean([len(row) for row in lists])),
    }


def _known(run: Any) -> list[str]:
    examples = [*run.examples.train, *run.examples.validation]
    return list(dict.fromkeys(example.answers[0] for example in examples))


def _names(example: Any) -> list[str]:
    """The diagnosis and the rest of its differential."""
    others = [name for name in example.metadata["differential"] if name != ALONE]
    return list(dict.fromkeys([example.answers[0], *others]))


def _equal_weights(example: Any) -> dict[str, float]:
    return dict.fromkeys(_names(example), 1.0)


def _steps(run: Any) -> int:
    steps: int = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))["steps"]
    return steps


def _read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    return known


def _kept(data: str, seed: int) -> bool:
    return str(seed) in _read().get(data, {})


def _keep(data: str, seed: int, result: dict[str, Any]) -> None:
    results = _read()
    results.setdefault(data, {})[str(seed)] = result
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    from bench.formats_page import show

    parser = argparse.ArgumentParser(
        prog="bench.formats", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("run")
    command.add_argument("--seeds", default="0")
    command.add_argument("--ddxplus", type=Path)
    commands.add_parser("show")
    asked = parser.parse_args()
    if asked.command == "run":
        for seed in map(int, asked.seeds.split(",")):
            if not _kept("clinic", seed):
                _keep("clinic", seed, clinic(seed))
            if asked.ddxplus and not _kept("ddxplus", seed):
                _keep("ddxplus", seed, ddxplus(seed, asked.ddxplus))
    else:
        show(_read())
