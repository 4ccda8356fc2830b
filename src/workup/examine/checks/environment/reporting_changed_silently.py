"""ENV005"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity

# Environment variables that say where a tracker shall write; keys and passwords are none of our business.
_VARIABLES = {
    "WANDB_PROJECT": "wandb",
    "WANDB_NAME": "wandb",
    "MLFLOW_TRACKING_URI": "mlflow",
    "MLFLOW_EXPERIMENT_NAME": "mlflow",
    "TENSORBOARD_LOGGING_DIR": "tensorboard",
    "COMET_PROJECT_NAME": "comet_ml",
    "CLEARML_PROJECT": "clearml",
    "SWANLAB_PROJECT": "swanlab",
}


@check("ENV005", "environment")
def reporting_changed_silently(arguments: Any, versions: Mapping[str, str]) -> Finding | None:
    """Nothing is reported to the tracker that is set up.

    What it checks
    Under transformers 5: whether `report_to` is empty although something says that a tracker is wanted: an
    environment variable that names its project or place, an open Weights & Biases run, a `run_name`, or event
    files of earlier runs under the output folder.

    Why it matters
    transformers 4 reported to every installed tracker unless told otherwise; transformers 5 reports to none.
    A script that is moved unchanged stops logging without a word, and the curves of the run are lost.

    Evidence
    What says that a tracker is wanted.

    Example
    Wrong: `WANDB_PROJECT=colours python train.py` with no `report_to`. Right: `report_to="wandb"`.

    Remedy
    Name the tracker in `report_to`.

    When it is harmless
    Where reporting was turned off on purpose: `report_to="none"` cannot be told from nothing at all.

    Known limits
    A tracker that was only installed, and one whose callback was given to the Trainer, are not seen.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md
    """
    major = str(versions.get("transformers", "")).partition(".")[0]
    if not major.isdigit() or int(major) < 5 or getattr(arguments, "report_to", None) != []:
        return None
    signs = _signs(arguments)
    if not signs:
        return None
    tracker = next(iter(signs.values())) or "all"
    return Finding(
        Severity.NOTE,
        f"report_to is empty, so nothing is reported, although {', '.join(signs)} ask for it",
        Remedy("name the tracker", code=f'arguments = Seq2SeqTrainingArguments(..., report_to="{tracker}")'),
        {"signs": list(signs), "transformers": versions["transformers"]},
    )


def _signs(arguments: Any) -> dict[str, str]:
    """What says that a tracker is wanted, and which ("" where that stays open)."""
    signs = {name: tracker for name, tracker in _VARIABLES.items() if os.environ.get(name)}
    if getattr(sys.modules.get("wandb"), "run", None) is not None:
        signs["an open wandb run"] = "wandb"
    if getattr(arguments, "run_name", None) not in (None, "", getattr(arguments, "output_dir", None)):
        signs["run_name"] = ""
    folder = Path(str(getattr(arguments, "output_dir", None) or "")) / "runs"
    if folder.is_dir() and any(folder.glob("*/events.out.tfevents.*")):
        signs[f"event files in {folder}"] = "tensorboard"
    return signs
