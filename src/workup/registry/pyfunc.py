"""A version as an MLflow pyfunc: a folder that `mlflow.pyfunc.load_model` opens, to answer tables of texts.

The folder holds the plain export and a copy of `pyfunc_code.py`, which MLflow runs when it is loaded
("models from code"): nothing in it is pickled. Workup has to be installed where it is loaded.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workup.errors import RegistryError
from workup.files import whole_folder
from workup.pipeline.versions import installed
from workup.registry import tracking
from workup.registry.export import export
from workup.registry.version import Version

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

# Of the text in the table, and of the answers.
TEXT = "text"
ANSWERS = ("diagnosis", "probability", "abstained", "why", "red_flags", "notice")
_CODE = Path(__file__).with_name("pyfunc_code.py")
_MODEL = "model"
_NEEDED = ("workup", "torch", "transformers", "tokenizers")


def export_pyfunc(version: Version, folder: str | Path) -> Path:
    """Copy a version to a new folder that MLflow loads; its plain export is `artifacts/model` in it.

    A table with the column `text` gets one row of `ANSWERS` each: the diagnosis, empty where the model
    abstains; the probability of the likeliest, 0 to 1; why it abstains, as a word and as a sentence; the red
    flags that fire, whatever the model says; the statement of intended use.

    Raises:
        RegistryError: MLflow is not installed, the version is damaged, or the folder is there already.
        SaveError: it cannot be written; nothing is left then.
    """
    folder = Path(folder)
    if folder.exists():
        raise RegistryError(f"{folder} exists and nothing is written over; name another folder")
    with tracking.quiet("a pyfunc"), TemporaryDirectory() as scratch, whole_folder(folder) as partial:
        from mlflow.pyfunc import save_model

        plain = export(version, Path(scratch) / _MODEL)
        save_model(
            partial,
            python_model=str(_CODE),
            artifacts={_MODEL: str(plain)},
            signature=_signature(),
            pip_requirements=[f"{name}=={found}" for name, found in installed(_NEEDED).items()],
            metadata={"version": version.name, "checksum": version.checksum},
        )
    return folder


def _signature() -> ModelSignature:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    answers = [
        ColSpec(DataType.double if name == "probability" else DataType.string, name, required=False)
        for name in ANSWERS
    ]
    return ModelSignature(Schema([ColSpec(DataType.string, TEXT)]), Schema(answers))
