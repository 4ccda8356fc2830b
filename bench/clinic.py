"""What does the diagnoser know, and how far can it be trusted? Beside baselines with the same treatment.

    .venv/bin/python bench/clinic.py run [--seeds 0,1,2] [--teacher FOLDER]    # trains, scores, judges
    .venv/bin/python bench/clinic.py show                # writes the tables of docs/clinic-results.md

Each seed trains recipes/diagnoser.yaml into runs/clinic-bench. The test are the 342 hand-written validation
cases, a third each telegraphic, notes and lay words, told as free text and as structured findings; and the
hand-written texts of out_of_scope.yaml. Small hand-made sets in our own words: no claim about patients.

What is fitted on validation cases (temperature, share of the words, sets, thresholds) is applied to other
cases than it was fitted on, in five folds. With `--teacher`, the folder of all-MiniLM-L6-v2, frozen sentence
vectors are further baselines. Results are kept in bench/results/clinic.json, seed by seed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = HERE / "results" / "clinic.json"
PAGE = ROOT / "docs" / "clinic-results.md"
RUNS = ROOT / "runs" / "clinic-bench"
FORMS = ("text", "findings")
STYLES = ("telegraphic", "note", "lay")
# Of the risk-coverage curve: accuracy on so many of the cases, the surest ones.
COVERAGE = 0.8
FAITHFUL = 60  # cases on which reasons are tested
NEAREST = "nearest case"


def measure(seed: int, teacher: Path | None, alone: bool) -> dict[str, Any]:
    """Train with one seed, unless it was, and judge everything; `alone`: without the other methods."""
    from workup.clinic.assess import Diagnoser
    from workup.clinic.assess.forms import contents, sources
    from workup.recipe import Recipe
    from workup.run import train

    folder = RUNS / f"seed-{seed}"
    if not (folder / "run.json").is_file():
        train(Recipe.load(ROOT / "recipes" / "diagnoser.yaml").change("seed", seed), folder)
    diagnoser = Diagnoser.load(folder, print)
    run, witness = diagnoser.run, diagnoser.witness
    validation = run.examples.validation
    truth = np.array([witness.conditions.index(example.answers[0]) for example in validation])
    learned = {} if alone else regressions(run.examples.train, witness.conditions, teacher)
    found: dict[str, Any] = {}
    for form in FORMS:
        told, given = contents(validation, form), sources(validation, run.predictor.prompt, form)
        assert given is not None
        seen = witness.see(told, given)
        methods = {
            "model and words": together(seen.model, seen.words, truth),
            "model": seen.model,
            **{name: scores(told) for name, scores in learned.items()},
            **({} if alone else retrieval(run.examples.train, told, witness.conditions)),
        }
        found[form] = {name: judged(scores, truth, validation) for name, scores in methods.items()}
        found[form]["generated"] = generated(run, given, validation)
        if form == "text":
            found["scope"] = scope(diagnoser, seen, told)
            found["unseen"] = kinds(diagnoser, seen, "unseen_scope.yaml")
            found["blind"] = kinds(diagnoser, seen, "blind_scope.yaml")
    found["faithfulness"] = faithfulness(diagnoser, contents(validation, "text")[:FAITHFUL])
    return found


def together(model: Any, words: Any, truth: Any) -> Any:
    """Model and words, with the share of the words fitted on other cases."""
    from workup.clinic.assess.prior import fit_share
    from workup.evaluation.calibration import folds

    found = np.empty_like(model)
    for rest, held in folds(len(truth)):
        found[held] = model[held] + fit_share(model[rest], words[rest], truth[rest]) * words[held]
    return found


def retrieval(train: Sequence[Any], told: Sequence[str], conditions: Sequence[str]) -> dict[str, Any]:
    """(N, K) similarities: to the nearest training case of each condition, and to its description."""
    from workup.clinic.book import conditions as book
    from workup.clinic.cases import description
    from workup.data.rows import Example
    from workup.evaluation.baselines import tfidf

    queries = [Example("", "", "", text, ("",), "") for text in told]
    described = [Example("", "", "", description(c), (c.name,), "") for _, c in book()]
    found = {}
    for name, known in ((NEAREST, train), ("retrieval over descriptions", described)):
        features, asked = tfidf(known, queries)
        similar = (asked @ features.T).toarray()
        scores = np.zeros((len(told), len(conditions)))
        for column, example in enumerate(known):
            place = conditions.index(example.answers[0])
            scores[:, place] = np.maximum(scores[:, place], similar[:, column])
        found[name] = 10 * scores
    return found


def regressions(
    train: Sequence[Any], conditions: Sequence[str], teacher: Path | None
) -> dict[str, Callable[[Sequence[str]], Any]]:
    """Logistic regressions on words and on sentence vectors, and their product: from texts (N) to (N, K).

    Each learns once from the rows that the model was fine-tuned on, and once from generated cases too.
    """
    from bench.base_model import sentence_vectors
    from sklearn.linear_model import LogisticRegression

    from workup.clinic.assess.generated import generated
    from workup.clinic.assess.prior import WordPrior

    rows = [(example.content, example.answers[0]) for example in train]
    found: dict[str, Callable[[Sequence[str]], Any]] = {}
    for more, cases in (("", rows), (", with generated cases", [*rows, *generated(conditions)])):
        texts = [text for text, _ in cases]
        labels = np.array([conditions.index(name) for _, name in cases])
        words = WordPrior.fit(texts, labels, len(conditions)).log_probabilities
        found[f"TF-IDF + logistic regression{more}"] = words
        if teacher:
            model = LogisticRegression(C=100.0, max_iter=500).fit(sentence_vectors(teacher, texts), labels)

            def sentences(told: Sequence[str], model: Any = model) -> Any:
                scores = np.full((len(told), len(conditions)), -20.0)
                scores[:, model.classes_] = model.predict_log_proba(sentence_vectors(teacher, told))
                return scores

            def both(told: Sequence[str], words: Any = words, sentences: Any = sentences) -> Any:
                return sentences(told) + words(told)

            found[f"MiniLM + logistic regression{more}"] = sentences
            found[f"both regressions together{more}"] = both
    return found


def judged(scores: Any, truth: Any, validation: Sequence[Any]) -> dict[str, Any]:
    """Accuracy, calibration, sets and abstention of one method; shares are 0 to 1."""
    from workup.evaluation.calibrated import held_out
    from workup.evaluation.conformal import coverage
    from workup.evaluation.metrics import Proportion
    from workup.evaluation.reliability import brier, log_score, reliability
    from workup.evaluation.selective import at_coverage, risk_coverage

    ranks = (scores > scores[np.arange(len(truth)), truth][:, None]).sum(axis=1) + 1
    honest = held_out(scores, truth)
    confidence = honest.probabilities.max(axis=1)
    right = honest.probabilities.argmax(axis=1) == truth
    specialties = np.array([example.metadata["specialty"] for example in validation])
    styles = np.array([example.metadata["style"] for example in validation])
    covered = coverage(honest.sets, truth, specialties.tolist())
    surest = at_coverage(confidence, right, COVERAGE)
    answered = honest.answered
    return {
        "top": {str(k): Proportion.of(ranks <= k).to_json() for k in (1, 3, 5)},
        "styles": {style: float((ranks[styles == style] == 1).mean()) for style in STYLES},
        "reliability": reliability(confidence, right).to_json(),
        "brier": brier(honest.probabilities, truth),
        "log_score": log_score(honest.probabilities, truth),
        "coverage": covered.to_json(),
        "specialties": {name: float(right[specialties == name].mean()) for name in np.unique(specialties)},
        "surest": surest.right.to_json(),
        "aurc": risk_coverage(confidence, right).area.to_json(),
        "answered": Proportion.of(answered).to_json(),
        "answered_right": Proportion.of(right[answered]).to_json(),
        "confusions": confusions(honest.probabilities.argmax(axis=1), truth),
    }


def confusions(said: Any, truth: Any) -> list[list[int]]:
    """Pairs of columns, truth and what was said instead, that were mistaken at least twice."""
    pairs: dict[tuple[int, int], int] = {}
    for one, other in zip(truth.tolist(), said.tolist(), strict=True):
        if one != other:
            pairs[one, other] = pairs.get((one, other), 0) + 1
    return [[*pair, count] for pair, count in sorted(pairs.items(), key=lambda p: -p[1]) if count > 1]


def generated(run: Any, given: Sequence[str], validation: Sequence[Any]) -> dict[str, Any]:
    """The free generation beside it: right, and known at all."""
    from workup.evaluation.metrics import Proportion, normalise, rank

    answers = [""] * len(given)
    for place, prediction in run.predictor.stream(given):
        answers[place] = prediction.answer
    known = {normalise(answer) for example in validation for answer in example.answers}
    right = [rank([said], example.answers) == 1 for said, example in zip(answers, validation, strict=True)]
    return {
        "top": {"1": Proportion.of(right).to_json()},
        "known": Proportion.of([normalise(said) in known for said in answers]).to_json(),
    }


def scope(diagnoser: Any, seen: Any, told: Sequence[str]) -> dict[str, Any]:
    """Abstention on texts that are no case, and on validation cases that the alarm was not fitted on."""
    from workup.evaluation.calibration import folds
    from workup.evaluation.metrics import Proportion
    from workup.evaluation.scope import Scope

    inside = np.empty(len(told))
    for rest, held in folds(len(told)):
        fitted = Scope.fit({name: values[rest] for name, values in seen.scores.items()})
        inside[held] = fitted.p_values({name: values[held] for name, values in seen.scores.items()})
    alarms = Proportion.of(refused(told, inside)).to_json()
    return {"kinds": kinds(diagnoser, seen, "out_of_scope.yaml"), "false_alarms": alarms}


def kinds(diagnoser: Any, seen: Any, file: str) -> dict[str, Any]:
    """Of each kind of the texts of a file: how many are refused, and how many get no diagnosis."""
    from workup.evaluation.metrics import Proportion
    from workup.evaluation.scope import Scope

    prompt, whole = diagnoser.run.predictor.prompt, Scope.fit(seen.scores)
    found = {}
    for kind, texts in yaml.safe_load((HERE / file).read_text(encoding="utf-8")).items():
        strange = diagnoser.witness.see(texts, [prompt.source_of_text(text) for text in texts])
        stopped = Proportion.of(refused(texts, whole.p_values(strange.scores)))
        silent = sum(diagnoser.assess(text).abstained is not None for text in texts)
        found[kind] = {**stopped.to_json(), "no_diagnosis": silent}
    return found


def refused(texts: Sequence[str], p_values: Any) -> list[bool]:
    """Which texts are refused as no case, or as doubtful."""
    from workup.clinic.assess.judged import is_outside
    from workup.clinic.safety import doubts, read

    readings = [read(text) for text in texts]
    return [is_outside(r, p) or bool(doubts(r)) for r, p in zip(readings, p_values, strict=True)]


def faithfulness(diagnoser: Any, texts: Sequence[str]) -> dict[str, Any]:
    """Mean fall of the first diagnosis's log-odds: the two best reasons taken out, and two other pieces."""
    from workup.clinic.assess.reasons import pieces
    from workup.clinic.safety import read

    named, other = [], []
    for number, text in enumerate(texts):
        found = diagnoser.reasons(text)
        best = [(reason.start, reason.end) for reason in found if reason.effect > 0][:2]
        rest = [(p.start, p.end) for p in pieces(read(text)) if (p.start, p.end) not in best]
        if len(best) == 2 and len(rest) >= 2:
            drawn = np.random.default_rng(number).choice(len(rest), 2, replace=False)
            whole, without, control = diagnoser.log_odds(
                text, [text, _cut(text, best), _cut(text, [rest[n] for n in drawn])]
            )
            named.append(float(whole - without))
            other.append(float(whole - control))
    more = sum(a > b for a, b in zip(named, other, strict=True))
    return {
        "cases": len(named),
        "named": float(np.mean(named)),
        "other": float(np.mean(other)),
        "named_more": more,
    }


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def _read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    return known


if __name__ == "__main__":
    from bench.clinic_page import show

    parser = argparse.ArgumentParser(
        prog="bench.clinic", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("run")
    command.add_argument("--seeds", default="0,1,2")
    command.add_argument("--teacher", type=Path)
    commands.add_parser("show")
    asked = parser.parse_args()
    if asked.command == "run":
        for seed in asked.seeds.split(","):
            # No seed changes what the other methods say: the first one that is judged has them.
            others = any(NEAREST in one["text"] for name, one in _read().items() if name != seed)
            result = measure(int(seed), asked.teacher, alone=others)
            RESULTS.write_text(json.dumps({**_read(), seed: result}, indent=1) + "\n")
            print(f"seed {seed}: {result['text']['model and words']['top']}", flush=True)
    else:
        show(_read())
