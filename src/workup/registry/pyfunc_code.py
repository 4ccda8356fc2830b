"""The code of an exported pyfunc: `registry.pyfunc` copies it there, and MLflow runs it to load it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

from workup.errors import DataError
from workup.registry.golden import given
from workup.registry.pyfunc import ANSWERS, TEXT


class Answers(PythonModel):  # type: ignore[misc]  # MLflow's types are not known to mypy
    """Answers each row of a table."""

    def load_context(self, context: PythonModelContext) -> None:
        """Open the model that lies beside this file; only this needs torch."""
        from workup.clinic.assess import Diagnoser

        self.diagnoser = Diagnoser.load(context.artifacts["model"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """One row of `ANSWERS` for each row of the table, in its order."""
        return pd.DataFrame(map(self._row, model_input[TEXT]), index=model_input.index, columns=ANSWERS)

    def _row(self, text: str) -> tuple[str | None, float | None, str | None, str, str, str]:
        try:
            found = self.diagnoser.assess(given(self.diagnoser, text))
        except DataError as error:  # one empty row is no reason to answer none
            return None, None, "unreadable", str(error), "", self.diagnoser.notice
        first = found.differential[0] if found.differential else None
        return (
            None if found.diagnosis is None else found.diagnosis.name,
            None if first is None else first.probability,
            found.abstained,
            found.why,
            "; ".join(flag.title for flag in found.red_flags),
            found.notice,
        )


set_model(Answers())
