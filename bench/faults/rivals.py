"""What other tools say about the same scripts.

They are put into a folder of their own. A script is run with them looking on, as far as they can:

* torchtest2 gets model, optimizer and the first training batch, as `check_model`;
* torch-audit patches model and optimizer (`autopatch`) and looks at every 20th step;
* trainproof and finetune-doctor read the log that the Trainer leaves.

    python -m bench.faults rivals                  # on every script
    python -m bench.faults.rivals SCRIPT RESULT    # on one, with the folder on PYTHONPATH
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from bench.faults.running import ROOT, Setting, child

PACKAGES = ("torchtest2==0.1.0", "trainproof==0.22.0", "torch-audit==0.3.0", "finetune-doctor==0.2.2")
NAMES = tuple(package.partition("==")[0] for package in PACKAGES)
FOLDER = ROOT / "runs" / "faults" / "rivals"
EVERY = 20


def install() -> None:
    """Put the packages into their folder, unless they are there. Their dependencies are ours already."""
    if not FOLDER.is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(FOLDER)]
        subprocess.run([*command, *PACKAGES], check=True)


def asked(script: Path, family: str, chosen: Setting) -> dict[str, Any]:
    """What each rival says of the script: its flags, or why it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "told.json"
        command = [sys.executable, "-m", "bench.faults.rivals", str(script), str(result)]
        child(command, family, chosen, Path(folder), packages=(FOLDER,))
        if result.is_file():
            return json.loads(result.read_text())
        return {name: _refused("the script was ended from outside") for name in NAMES}


class Watch:
    """The rivals, looking at the one training of a script."""

    def __init__(self) -> None:
        self.optimizer: Any = None
        self.auditor: Any = None
        self.seen = False
        self.told = {name: _refused("the script ended before the first step") for name in NAMES}

    def watch(self) -> None:
        """Let the rivals see the first step of any training, and the log of a Trainer."""
        import torch
        from transformers import PreTrainedModel, Trainer

        made, called, trained = torch.optim.Optimizer.__init__, PreTrainedModel.__call__, Trainer.train

        def optimizer_made(optimizer: Any, *arguments: Any, **named: Any) -> None:
            made(optimizer, *arguments, **named)
            self.optimizer = optimizer

        def model_called(model: Any, *arguments: Any, **batch: Any) -> Any:
            if not self.seen and "labels" in batch and torch.is_grad_enabled():
                self.seen = True
                self.first_step(model, batch)
            return called(model, *arguments, **batch)

        def trainer_trained(trainer: Any, *arguments: Any, **named: Any) -> Any:
            outcome = trained(trainer, *arguments, **named)
            path = Path(trainer.args.output_dir) / "trainer_state.json"
            trainer.state.save_to_json(str(path))
            self.told["trainproof"] = _said(trainproof, path)
            self.told["finetune-doctor"] = _said(finetune_doctor, path)
            return outcome

        torch.optim.Optimizer.__init__ = optimizer_made  # type: ignore[method-assign]
        PreTrainedModel.__call__ = model_called
        Trainer.train = trainer_trained

    def first_step(self, model: Any, batch: dict[str, Any]) -> None:
        """torchtest2 looks at this step, torch-audit from here on; the others have no log yet."""
        from torch_audit import autopatch

        self.told["torchtest2"] = _said(torchtest2, model, batch, self.optimizer)
        for name in ("trainproof", "finetune-doctor"):
            self.told[name] = _refused("no log of a Trainer")
        try:
            self.auditor = autopatch(
                model, optimizer=self.optimizer, every_n_steps=EVERY, suppress_internal_errors=True
            )
        except Exception as error:
            self.told["torch-audit"] = _refused(f"{type(error).__name__}: {error}")

    def end(self) -> None:
        if self.auditor is not None:
            self.told["torch-audit"] = _said(torch_audit, self.auditor)


def torchtest2(model: Any, batch: dict[str, Any], optimizer: Any) -> list[str]:
    from torchtest2 import check_model

    report = check_model(model, batch, optimizer=optimizer)
    return [result.name for result in report if result.status.value in ("WARN", "FAIL")]


def torch_audit(auditor: Any) -> list[str]:
    from torch_audit import Severity

    findings = auditor.finish().findings
    return [finding.rule_id for finding in findings if finding.severity >= Severity.WARN]


def trainproof(log: Path) -> list[str]:
    from trainproof.epoch import check_epoch

    findings = check_epoch(log, fmt="hf")["findings"]
    return [finding["id"] for finding in findings if finding["level"] in ("WARN", "FAIL")]


def finetune_doctor(log: Path) -> list[str]:
    from finetune_doctor import diagnose, load

    findings = diagnose(load(str(log.parent))).findings
    return [finding.check for finding in findings if finding.severity.name in ("WARNING", "CRITICAL")]


def _said(rival: Callable[..., list[str]], *parts: Any) -> dict[str, Any]:
    """What it flags, or that it could not."""
    try:
        with redirect_stdout(StringIO()):
            return {"flags": sorted(set(rival(*parts))), "refuses": ""}
    except Exception as error:
        return _refused(f"{type(error).__name__}: {error}")


def _refused(why: str) -> dict[str, Any]:
    return {"flags": [], "refuses": f"refuses: {why}"[:100]}


def main(script: str, result: str) -> None:
    """Run the script with the rivals looking on; what they say is written whatever becomes of it."""
    watch = Watch()
    watch.watch()
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        watch.end()
        Path(result).write_text(json.dumps(watch.told))


if __name__ == "__main__":
    main(*sys.argv[1:])
