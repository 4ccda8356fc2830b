"""Faults in fine-tunes: does the examination name them, and is it silent where there is none?

    .venv/bin/python -m bench.faults prepare                      # rows and tiny pretrained models
    .venv/bin/python -m bench.faults run [--only NAME ...] [--plain] [--transformers 4.57]
    .venv/bin/python -m bench.faults confirm [--only NAME ...]    # experiments, and the mended text
    .venv/bin/python -m bench.faults rivals [--only NAME ...]     # other tools on the same scripts
    .venv/bin/python -m bench.faults show                         # the tables of docs/faults.md

Every script is run twice in fresh processes of one thread: plainly, to see what the fault does, and under
`workup run`. Results are kept in bench/results/faults.json as they come; what is there for the same text of a
script is not run again, unless it is named with `--only` (the beginning of a name will do).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from bench.faults import page
from bench.faults.judge import errors, first, verdict
from bench.faults.rivals import asked, install
from bench.faults.running import ROOT, Setting, confirmed, examined, mended, plainly, prepare, setting
from bench.faults.table import HEALTHY, Fault, Healthy

RESULTS = ROOT / "bench" / "results" / "faults.json"


WAYS = {"plain": plainly, "workup": examined, "confirm": confirmed, "fix": mended, "rivals": asked}


def run(chosen: Setting, only: Sequence[str], ways: Sequence[str]) -> None:
    """Run the scripts in these ways, where the results do not have it yet, or where it is named."""
    prepare(chosen)
    for name, one in _scripts(chosen.version):
        if only and not name.startswith(tuple(only)):
            continue
        digest = hashlib.sha256(one.script.read_bytes()).hexdigest()[:12]
        for way in ways:
            if only or way not in _kept(chosen.version, name, digest):
                _keep(chosen.version, name, digest, {way: WAYS[way](one.script, one.family, chosen)})
        result = _kept(chosen.version, name, digest)
        print(f"{name}: {_line(one, result)}", flush=True)


def _scripts(version: str) -> Iterator[tuple[str, Fault | Healthy]]:
    """Healthy scripts first: without them no harm can be measured."""
    yield from ((f"healthy/{healthy.name}", healthy) for healthy in HEALTHY)
    yield from ((fault.name, fault) for fault in page.present(version))


def _line(one: Fault | Healthy, result: dict[str, Any]) -> str:
    plain, workup = result.get("plain"), result.get("workup")
    told = "-" if plain is None else plain["error"] or f"exact match {plain['exact_match']}"
    if workup is None:
        return told
    main = first(workup["findings"] or ())
    said = f"{main['check']} ({main['severity']})" if main else "nothing"
    if isinstance(one, Healthy):
        return f"{told}; workup says {said}, {len(errors(workup['findings']))} errors"
    return f"{told}; workup says {said}; {verdict(one, workup['findings'])}"


def _read() -> dict[str, Any]:
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


def _kept(version: str, name: str, digest: str) -> dict[str, Any]:
    """What is known of this text of the script."""
    kept = _read().get(version, {}).get(name, {})
    return kept if kept.get("script") == digest else {}


def _keep(version: str, name: str, digest: str, outcome: dict[str, Any]) -> None:
    """Add to the results as they are now: another run may have written in the meantime."""
    results = _read()
    kept = _kept(version, name, digest)
    results.setdefault(version, {})[name] = {"script": digest, **kept, **outcome}
    RESULTS.parent.mkdir(exist_ok=True)
    unfinished = RESULTS.with_suffix(".partial")
    unfinished.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    unfinished.replace(RESULTS)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("prepare", "run", "confirm", "rivals"):
        command = commands.add_parser(name)
        command.add_argument("--transformers", choices=["4.57"], help="the overlay instead of the installed")
        if name != "prepare":
            command.add_argument("--only", action="append", default=[], metavar="NAME", help="run it again")
    commands.choices["run"].add_argument("--plain", action="store_true", help="without `workup run`")
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(setting(given.transformers))
    elif given.command == "run":
        run(setting(given.transformers), given.only, ["plain"] if given.plain else ["plain", "workup"])
    elif given.command == "confirm":
        run(setting(given.transformers), given.only, ["confirm", "fix"])
    elif given.command == "rivals":
        install()
        run(setting(given.transformers), given.only, ["rivals"])
    else:
        results = _read()
        page.write(results)
        print("\n".join(page.summary(results)))


if __name__ == "__main__":
    main()
