"""The Diagnoser: a fine-tuned model that answers a case, or says why it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from workup.clinic.assess.assessment import Assessment, Model, Reason
from workup.clinic.assess.evidence import Seen, Witness
from workup.clinic.assess.fitted import FORMS, Fitted, Knowledge, knowledge
from workup.clinic.assess.forms import Form, form_of
from workup.clinic.assess.judged import Judged, abstention
from workup.clinic.assess.reasons import reasons
from workup.clinic.assess.saying import cannot_miss, confidence, flags, names, questions_of, ranked
from workup.clinic.safety import Reading, doubts, read
from workup.errors import RunError
from workup.evaluation.estimate import Floats
from workup.evaluation.metrics import rank
from workup.pipeline.versions import installed
from workup.run import Run

# Reasons say why it is the first and none of the others here.
_HELD_AGAINST = 10
NOTICE = (
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
        self._turn = nullcontext() if self.witness.closed.reader.by_threads else Lock()

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
        return self.run.recipe.notice or NOTICE

    def assess(self, given: str | Mapping[str, Any]) -> Assessment:
        """Answer one case, as free text or as a row with the columns of the recipe's prompt.

        Raises:
            DataError: there is nothing to read, or the row lacks a column.
            RunError: the run has no validation cases of this form.
        """
        (answer,) = self.assess_many([given])
        return answer

    def assess_many(self, given: Sequence[str | Mapping[str, Any]], explain: bool = True) -> list[Assessment]:
        """Answer cases together, each as it would be answered alone; from any thread.

        Args:
            explain: whether to say what speaks for and against the diagnosis, which costs more than the rest.

        Raises:
            DataError, RunError: see `assess`; one case for which they are raised ends all.
        """
        with self._turn:
            judged = self._judged(given)
            written = self._written(judged)
            return [self._assessment(one, wrote, explain) for one, wrote in zip(judged, written, strict=True)]

    def _assessment(self, judged: Judged, written: str, explain: bool) -> Assessment:
        reading, fitted = judged.reading, judged.fitted
        conditions = self.witness.conditions
        shown = ranked(judged, conditions) if judged.is_case else ()
        agrees = bool(shown) and rank([written], names(shown[0].name)) == 1
        because = self._reasons(judged) if shown and explain else ()
        return Assessment(
            text=reading.text,
            abstained=judged.abstained,
            why=judged.why,
            differential=shown,
            coverage=1 - fitted.calibration.thresholds.alpha,
            confidence=None if judged.abstained else confidence(shown[0], fitted, agrees),
            written=written,
            agrees=agrees,
            supporting=tuple(one for one in because if one.effect > 0),
            opposing=tuple(one for one in because if one.effect < 0),
            questions=questions_of(shown, reading),
            red_flags=flags(reading),
            cannot_miss=cannot_miss(judged, conditions, shown[0].name) if shown else (),
            doubts=judged.doubts,
            model=self._model(fitted),
            notice=self.notice,
        )

    def stream(self, given: Sequence[str | Mapping[str, Any]]) -> Iterator[Assessment]:
        """Answer many cases, each as soon as it is done, in their order."""
        yield from map(self.assess, given)

    def _judged(self, given: Sequence[str | Mapping[str, Any]]) -> list[Judged]:
        """What is read and seen of inputs, and whether each is answered."""
        prepared = [self._prepared(one) for one in given]
        seen: dict[int, Seen] = {}
        for form in FORMS:
            places = [place for place, (_, its_form, _) in enumerate(prepared) if its_form == form]
            if places:
                fitted = self._fitted(form)  # refuses a form that it cannot judge before any work
                texts = [prepared[place][0].text for place in places]
                sources = [prepared[place][2] for place in places]
                found = self.witness.see(texts, sources, fitted.share, fitted.calibration.temperature)
                seen.update(zip(places, found, strict=True))
        return [
            self._judgement(reading, self._fitted(form), source, seen[place])
            for place, (reading, form, source) in enumerate(prepared)
        ]

    def _judgement(self, reading: Reading, fitted: Fitted, source: str, seen: Seen) -> Judged:
        probabilities = fitted.calibration.probabilities(seen.together(fitted.share))[0]
        asked_back = tuple(map(str, doubts(reading)))
        most = self.run.recipe.tokens.source_length
        abstained, why = abstention(reading, seen, fitted, probabilities, asked_back, most)
        return Judged(reading, fitted, source, seen, probabilities, asked_back, abstained, why)

    def _written(self, judged: Sequence[Judged]) -> list[str]:
        """What the model most probably writes for each case by itself; nothing for what is no case.

        Where no text that is none can be more probable than a known condition, that condition is written;
        only elsewhere the text is searched for.
        """
        written = ["" for _ in judged]
        searched = []
        for place, one in enumerate(judged):
            best = int(one.seen.model[0].argmax())
            if one.is_case and np.exp(one.seen.model[0, best]) >= one.seen.likeliest_other[0]:
                written[place] = self.witness.conditions[best]
            elif one.is_case:
                searched.append(place)
        for found, prediction in self.run.predictor.stream([judged[place].source for place in searched]):
            written[searched[found]] = prediction.answer
        return written

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

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """What speaks for and against the first diagnosis of a free text, the strongest first."""
        return self._reasons(*self._judged([text]))

    def log_odds(self, text: str, others: Sequence[str]) -> Floats:
        """(N,) the log-odds, in nats, that other texts give to the first diagnosis of a text."""
        (judged,) = self._judged([text])
        return self._log_odds(judged.probabilities, judged.fitted)(others)

    def _reasons(self, judged: Judged) -> tuple[Reason, ...]:
        """None where the input has several columns, because they are read as one text."""
        if len(self.run.predictor.prompt.template.fields) > 1:
            return ()
        return reasons(judged.reading, self._log_odds(judged.probabilities, judged.fitted))

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
