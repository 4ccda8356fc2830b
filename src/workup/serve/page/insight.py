"""What an operator looks at: drift, calibration, and whether the audit is whole."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from fastapi import APIRouter, Request, Response

from workup.errors import DataError
from workup.evaluation.calibrated import Calibration
from workup.learning import drift_plot
from workup.learning.drift import TESTS, Drift, drift
from workup.serve.api.audit import events, verification
from workup.serve.page.asking import Operator
from workup.serve.page.charts import Point, points
from workup.serve.page.frame import respond

router = APIRouter(prefix="/operation", include_in_schema=False)
# matplotlib draws one picture at a time.
_drawing = Lock()


@dataclass(frozen=True)
class CalibrationView:
    """What was measured of one model, for one form of input."""

    model: str
    form: str
    calibration: Calibration
    points: list[Point]


@router.get("/drift")
def drifting(request: Request, asking: Operator, days: int = 30) -> Response:
    """Whether incoming cases are still like those that the model was trained on."""
    days = min(max(days, 1), 3650)
    found, picture, problem = None, "", ""
    try:
        with asking.service.database.reading() as session:
            found = drift(session, days)
        picture = _drawn(found) if found.shifts else ""
    except DataError as error:
        problem = str(error)
    return respond(request, "drift", days=days, found=found, picture=picture, problem=problem, tests=TESTS)


@router.get("/calibration")
def calibration(request: Request, asking: Operator) -> Response:
    """What the words and numbers of each model are worth."""
    views = [
        CalibrationView(held.name, form, fitted.calibration, points(fitted.calibration.bands))
        for held in asking.service.models.all()
        for form, fitted in held.diagnoser.known.forms.items()
    ]
    return respond(request, "calibration", views=views)


@router.get("/audit")
def audit(request: Request, asking: Operator, after: str | None = None) -> Response:
    """The newest events, and whether the chain is whole."""
    listed = events(asking, None, None, None, 50, after)
    return respond(request, "audit", events=listed, verified=verification(asking, None))


def _drawn(found: Drift) -> str:
    """The picture of a drift report, as the address of an image."""
    with _drawing, TemporaryDirectory() as folder:
        path = Path(folder) / "drift.svg"
        drift_plot.save(found, path)
        return f"data:image/svg+xml;base64,{b64encode(path.read_bytes()).decode()}"
