"""Phase: a script with names that the installed transformers no longer has."""

from __future__ import annotations

import io
import runpy
import sys
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from workup.examine.report import Report
from workup.examine.script.check import examine_script
from workup.examine.script.fixes import fix_of
from workup.examine.script.source import read_script
from workup.examine.script.versions import wanted_version
from workup.files import write_text
from workup.walkthrough.counting import headline
from workup.walkthrough.lab import Lab
from workup.walkthrough.phase import Change, Claim, Count, Line, Lived, Phase

_ROWS = 32


@dataclass(frozen=True)
class _Ran:
    """How a script ended: the error, or what it printed last."""

    error: Exception | None
    printed: str

    @property
    def told(self) -> str:
        if self.error is None:
            return self.printed
        return headline(self.error)


def live(lab: Lab) -> Lived:
    """Run an old script; have it checked and mended; run it again."""
    path = lab.folder / "train.py"
    script = resources.files("workup.walkthrough.phases") / "order_script.txt"
    write_text(path, script.read_text(encoding="utf-8"))
    version = wanted_version(None)
    began = _run(lab, path)
    started = time.perf_counter()
    read = read_script(path)
    report = examine_script(read, version)
    seconds = time.perf_counter() - started
    fix = fix_of(read, version)
    if fix is not None:
        fix.write()
    ended = _run(lab, path)
    again = examine_script(read_script(path), version)
    return Lived(
        failure=Change(
            "runs of the script end in an error",
            Count(int(began.error is not None), 1),
            Count(int(ended.error is not None), 1),
        ),
        right=None,
        given="",
        lines=(Line("python train.py", began.told, ended.told), *_lines(fix.diff if fix else "")),
        change="workup check-script train.py --fix",
        report=report,
        again=again,
        claims=(_all_at_once(report, began, seconds), _stable(lab, ended)),
    )


def _run(lab: Lab, path: Path) -> _Ran:
    """Run the script in this process, which has loaded the libraries already."""
    arguments, printed = sys.argv, io.StringIO()
    notes = lab.file("few-notes", map(asdict, lab.train[:_ROWS]))
    sys.argv = [str(path), str(_base(lab)), notes, str(lab.folder / "renames")]
    try:
        with warnings.catch_warnings(), redirect_stdout(printed), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            runpy.run_path(str(path), run_name="__main__")
    except Exception as error:
        return _Ran(error, "")
    finally:
        sys.argv = arguments
    return _Ran(None, (printed.getvalue().strip().splitlines() or [""])[-1])


def _base(lab: Lab) -> Path:
    """The base as a folder, for scripts that know nothing of ours."""
    from workup.files import whole_folder
    from workup.pipeline import model as models

    folder = lab.folder / "base"
    if not folder.is_dir():
        base = models.load(lab.base)
        with whole_folder(folder) as partial:
            base.model.save_pretrained(partial)
            base.tokenizer.save_pretrained(partial)
    return folder


def _lines(diff: str) -> tuple[Line, ...]:
    """The changed lines of a diff, old beside new."""
    body = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@"))]
    old = [line[1:].strip() for line in body if line.startswith("-")]
    new = [line[1:].strip() for line in body if line.startswith("+")]
    longest = max(len(old), len(new))
    padded = ([*side, *[""] * (longest - len(side))] for side in (old, new))
    return tuple(Line("train.py", before, after) for before, after in zip(*padded, strict=True))


def _all_at_once(report: Report, began: _Ran, seconds: float) -> Claim:
    gone = [one for one in report.findings if one.code in PHASE.causes]
    return Claim(
        "roll back one name after the other, and run again each time",
        f"a run shows the first error only ({began.told}); {len(gone)} names that are gone are found in "
        f"{seconds:.2f} s, nothing run",
        holds=len(gone) <= 1,
    )


def _stable(lab: Lab, ended: _Ran) -> Claim:
    """Whether the new way to make labels gives other labels than the old."""
    from workup.pipeline import model as models

    tokenizer = models.load(lab.base).tokenizer
    jobs = [note.job for note in lab.train]
    plain, named = tokenizer(jobs)["input_ids"], tokenizer(text_target=jobs)["input_ids"]
    same = sum(one == other for one, other in zip(plain, named, strict=True))
    return Claim(
        "new parameters are unstable, and old ones work better",
        f"{same} of {len(jobs)} labels are the same by the old way and by text_target; the mended script "
        f"runs ({ended.told})"
        if ended.error is None
        else f"the mended script does not run: {ended.told}",
        holds=same < len(jobs) or ended.error is not None,
    )


PHASE = Phase(
    name="renames",
    title="Renamed parameters",
    guide="evaluation_strategy, tokenizer= and as_target_tokenizer() gave errors and warnings by turns. New "
    "parameters were held to be unstable, and the old ones were gone back to.",
    causes=("SCR001",),
    live=live,
    lesson="Names change between versions; have them listed, and follow them.",
)
