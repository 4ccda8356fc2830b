"""The Diagnoser: a fine-tuned model that answers a case, or says why it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workup.clinic.assess.assessment import (
    Abstained,
    Assessment,
    Candidate,
    Confidence,
    Flag,
    Model,
    Question,
    Reason,
)
from workup.clinic.assess.evidence import Seen, Witness
from workup.clinic.assess.fitted import Fitted, Knowledge, knowledge
from workup.clinic.assess.forms import Form, form_of
from workup.clinic.assess.questions import questions
from workup.clinic.assess.reasons import pieces, reasons
from workup.clinic.book import by_name
from workup.clinic.safety import Reading, doubts, read, red_flags
from workup.errors import RunError
from workup.evaluation.estimate import Floats
from workup.evaluation.metrics import rank
from workup.pipeline.versions import installed
from workup.run import Run

# An emergency this likely is told whatever its rank: one in fifty.
CANNOT_MISS = 0.02
# The share of in-scope cases that may be taken for something else; and of those without a finding.
_FALSE_ALARMS, _WITHOUT_FINDING = 0.03, 0.5
# Candidates beyond the conformal set that are still worth a line.
_LISTED, _WORTH_A_LINE = 5, 0.01
# Reasons say why it is the first and none of the others here.
_HELD_AGAINST = 10
_NOTICE = (
    "Research software, not a medical device: it makes no claim of clinical performance, and no decision "
    "about a patient may rest on it."
)


class Diagnoser:
    """A run's model, with everything that was learned of how far it can be trusted.

    Attributes:
        witness: the model as one that is asked about the conditions it knows.
    """

    def __init__(self, run: Run, known: Knowledge) -> None:
        self.run, self.known = run, known
        self.witness = Witness(run.predictor, known.conditions, known.training, known.prior)

    @classmethod
    def load(cls, folder: str | Path, progress: Callable[[str], None] = lambda what: None) -> Diagnoser:
        """Open a run; the first time it is calibrated on its validation cases, which takes minutes.

        Raises:
            RunError: no run, no validation cases, or a target that is more than a diagnosis.
            DataError, ModelError: its data or its model cannot be used.
        """
        run = Run.load(folder)
        return cls(run, knowledge(run, progress))

    @property
    def notice(self) -> str:
        """The statement of intended use that stands with every answer."""
        return self.run.recipe.notice or _NOTICE

    def assess(self, given: str | Mapping[str, Any]) -> Assessment:
        """Answer one case, as free text or as a row with the columns of the recipe's prompt.

        Raises:
            DataError: there is nothing to read, or the row lacks a column.
        """
        reading, fitted, seen, probabilities = self._judged(given)
        asked_back = tuple(map(str, doubts(reading)))
        abstained, why = self._abstention(reading, seen, fitted, probabilities, asked_back)
        is_case = abstained in (None, "unsure")
        shown = self._ranked(seen, fitted, probabilities) if is_case else ()
        written = self.run.predictor.predict(given).answer if shown else ""
        agrees = bool(shown) and rank([written], _names(shown[0].name)) == 1
        one_field = len(self.run.predictor.prompt.template.fields) == 1
        because = reasons(reading, self._log_odds(probabilities, fitted)) if shown and one_field else ()
        return Assessment(
            text=reading.text,
            abstained=abstained,
            why=why,
            differential=shown,
            coverage=1 - fitted.calibration.thresholds.alpha,
            confidence=None if abstained else _confidence(shown[0], fitted, agrees),
            written=written,
            agrees=agrees,
            supporting=tuple(one for one in because if one.effect > 0),
            opposing=tuple(one for one in because if one.effect < 0),
            questions=_questions(shown, reading),
            red_flags=tuple(
                Flag(f.rule.id, f.rule.title, f.level, f.rule.advice, tuple(w.text for w in f.evidence))
                for f in red_flags(reading)
            ),
            cannot_miss=() if not shown else self._cannot_miss(probabilities, shown[0].name),
            doubts=asked_back,
            model=self._model(fitted),
            notice=self.notice,
        )

    def stream(self, given: Sequence[str | Mapping[str, Any]]) -> Iterator[Assessment]:
        """Answer many cases, each as soon as it is done, in their order."""
        yield from map(self.assess, given)

    def _prepared(self, given: str | Mapping[str, Any]) -> tuple[Reading, Form, str]:
        form = form_of(given)
        if isinstance(given, str):
            return read(given), form, self.run.predictor.source(given)
        source = self.run.predictor.source(given)
        content = " ".join(str(given[name]) for name in self.run.predictor.prompt.template.fields)
        return read(content), form, source

    def _fitted(self, form: Form) -> Fitted:
        if form not in self.known.forms:
            have = " or ".join(self.known.forms)
            raise RunError(
                f"{self.run.folder} has no validation cases as {form}, only as {have}, so nothing says how "
                f"sure its answers to such input would be; give the case as {have}"
            )
        return self.known.forms[form]

    def _abstention(
        self,
        reading: Reading,
        seen: Seen,
        fitted: Fitted,
        probabilities: Floats,
        asked_back: Sequence[str],
    ) -> tuple[Abstained | None, str]:
        tokens = self.run.recipe.tokens.source_length
        if seen.cut[0]:
            return "unreadable", f"It is longer than the {tokens} tokens that the model reads; shorten it."
        if asked_back:
            return "doubtful", "Something in it has to be cleared up first."
        if is_outside(reading, fitted.scope.p_values(seen.scores)[0]):
            strangest = fitted.scope.strangest(seen.scores)[0] if pieces(reading) else "no finding in it"
            return "out of scope", f"It does not look like a case of the kind the model knows ({strangest})."
        confidence = probabilities.max(keepdims=True)
        if not fitted.calibration.answered(confidence)[0]:
            point = fitted.calibration.operating_point
            least = (
                f"at least {point.threshold:.0%} is asked for" if point else "its answers are too often wrong"
            )
            return "unsure", f"The likeliest condition has {confidence[0]:.0%}; {least}."
        return None, ""

    def _ranked(self, seen: Seen, fitted: Fitted, probabilities: Floats) -> tuple[Candidate, ...]:
        """The conformal set, and what else is worth a line, likeliest first."""
        inside = fitted.calibration.sets(seen.together(fitted.share))[0]
        order = np.argsort(-probabilities, kind="stable")
        chosen = [
            column
            for place, column in enumerate(order)
            if place == 0 or inside[column] or (place < _LISTED and probabilities[column] >= _WORTH_A_LINE)
        ]
        return tuple(self._candidate(column, probabilities, bool(inside[column])) for column in chosen)

    def _candidate(self, column: int, probabilities: Floats, inside: bool) -> Candidate:
        name = self.witness.conditions[column]
        probability = round(float(probabilities[column]), 4)
        if name not in by_name():
            return Candidate(name, probability, inside)
        specialty, condition = by_name()[name]
        return Candidate(name, probability, inside, condition.icd10, specialty.specialty, condition.urgency)

    def _cannot_miss(self, probabilities: Floats, first: str) -> tuple[Candidate, ...]:
        likely = [
            int(column) for column in np.argsort(-probabilities) if probabilities[column] >= CANNOT_MISS
        ]
        found = [self._candidate(column, probabilities, False) for column in likely]
        return tuple(one for one in found if one.urgency == "emergency" and one.name != first)

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """What speaks for and against the first diagnosis of a free text, the strongest first."""
        reading, fitted, _, probabilities = self._judged(text)
        return reasons(reading, self._log_odds(probabilities, fitted))

    def log_odds(self, text: str, others: Sequence[str]) -> Floats:
        """(N,) the log-odds, in nats, that other texts give to the first diagnosis of a text."""
        _, fitted, _, probabilities = self._judged(text)
        return self._log_odds(probabilities, fitted)(others)

    def _judged(self, given: str | Mapping[str, Any]) -> tuple[Reading, Fitted, Seen, Floats]:
        """What is read and seen of an input, and the probability (K,) of each condition."""
        reading, form, source = self._prepared(given)
        fitted = self._fitted(form)
        seen = self.witness.see([reading.text], [source])
        return reading, fitted, seen, fitted.calibration.probabilities(seen.together(fitted.share))[0]

    def _log_odds(self, probabilities: Floats, fitted: Fitted) -> Callable[[Sequence[str]], Floats]:
        """Of the first diagnosis against the next likeliest, of texts."""
        likeliest = np.argsort(-probabilities, kind="stable")[:_HELD_AGAINST].tolist()
        prompt, temperature = self.run.predictor.prompt, fitted.calibration.temperature

        def log_odds(texts: Sequence[str]) -> Floats:
            asked = [prompt.source_of_text(text) for text in texts]
            scaled = self.witness.among(likeliest, texts, asked, fitted.share) / temperature
            return np.asarray(scaled[:, 0] - np.logaddexp.reduce(scaled[:, 1:], axis=1))

        return log_odds

    def _model(self, fitted: Fitted) -> Model:
        return Model(
            name=self.run.folder.name,
            checksum=self.known.checksum,
            data=self.known.data,
            calibrated_on=fitted.calibration.data,
            workup=installed(("workup",))["workup"],
        )


def is_outside(reading: Reading, p_value: float) -> bool:
    """Whether a text is no case: stranger than nearly all cases, or than half of them and without a finding.

    Args:
        p_value: how many of the validation cases are as strange (`evaluation.scope`).
    """
    return bool(p_value <= (_FALSE_ALARMS if pieces(reading) else _WITHOUT_FINDING))


def _names(condition: str) -> Sequence[str]:
    return by_name()[condition][1].names if condition in by_name() else (condition,)


def _confidence(first: Candidate, fitted: Fitted, agrees: bool) -> Confidence:
    """Where the model writes another answer than it scores highest, one word less sure than the number."""
    bands = fitted.calibration.bands
    place = bands.index(fitted.calibration.band(first.probability))
    band = bands[place if agrees else max(0, place - 1)]
    return Confidence(first.probability, band.word, band.accuracy.right, band.accuracy.total)


def _questions(shown: Sequence[Candidate], reading: Reading) -> tuple[Question, ...]:
    if len(shown) < 2:
        return ()
    first, second = shown[:2]
    odds = first.probability / (first.probability + second.probability)
    known = [one.name for one in (first, second) if one.name in by_name()]
    shares = {name: by_name()[name][1].findings for name in known}
    told = {mention.name for mention in reading.findings}
    return questions(first.name, second.name, odds, shares, told)
