"""What the registry costs, and whether it survives being killed.

    .venv/bin/python bench/registry.py run FOLDER [--times 5] [--kills 100]
    .venv/bin/python bench/registry.py show

FOLDER is that of a published version of a real model, such as registry/versions/general@1. Its files are
published again into a new registry, promoted, rolled back and loaded, `--times` each, by the clock: most of
it is reading and writing. What a publish does before that, answering the validation cases, is not in it.

Then a process publishes, promotes and rolls back without end, with weights of 200 kB, and is killed (SIGKILL)
at a random moment, `--kills` times on the same registry. Until then another asks all the time what serves.
A kill breaks something if afterwards not exactly one version serves, that version is not whole, a checksum
does not hold, or a decision is missing. `run` writes bench/results/registry.json, `show` the table of it into
docs/models.md.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import signal
import statistics
import struct
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from workup.registry import Registry, Version, promote, rollback, route
from workup.registry.storing import WEIGHTS, Material, store
from workup.registry.verify import verify

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "registry.json"
PAGE = HERE.parent / "docs" / "models.md"
WHY = "a benchmark"
SMALL = 200_000  # bytes
OPERATIONS = ("start", "publish", "promote", "rollback")


def of_version(folder: Path) -> Material:
    """What a published version was made of."""
    version = Version(folder.name.partition("@")[0], int(folder.name.partition("@")[2]), folder)
    manifest = version.manifest
    made_anew = {"README.md", "results.json"}
    return Material(
        line="general",
        run=manifest.run,
        note="",
        by=WHY,
        data=manifest.data,
        conditions=manifest.conditions,
        files={name: folder / name for name in manifest.files if name not in made_anew},
        results=json.loads((folder / "results.json").read_text(encoding="utf-8")),
    )


def with_weights(made: Material, path: Path, content: bytes) -> Material:
    """The same with other weights."""
    path.write_bytes(content)
    return replace(made, files={**made.files, WEIGHTS: path})


@dataclass
class Kills:
    """What a number of kills did, and what was asked meanwhile."""

    kills: int = 0
    within: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    asked: int = 0
    unfinished: int = 0
    versions: int = 0
    decisions: int = 0


def kill(registry: Registry, made: Material, times: int, seed: int = 0) -> Kills:
    """Kill a process that changes the registry, again and again, and look at what is left each time."""
    draw, found = random.Random(seed), Kills()
    for _ in range(2):  # so that there is always one to roll back to
        promote(registry, store(registry, made), override=WHY)
    cycle = timed(lambda: list(_operations(registry, made, 1)))
    for number in range(times):
        shared = mmap.mmap(-1, 1)
        child = os.fork()
        if child == 0:
            _change_without_end(registry, made, shared, number)
        begin, wait = time.monotonic(), draw.uniform(0, 1.5 * cycle)
        while time.monotonic() - begin < wait:
            found.broken += _one_serves(registry)
            found.asked += 1
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found.kills += 1
        found.within[OPERATIONS[shared[0]]] += 1
        found.broken += [*_one_serves(registry), *verify(registry).problems]
    last = verify(registry)
    found.unfinished, found.versions, found.decisions = len(last.unfinished), last.versions, last.decisions
    return found


def _operations(registry: Registry, made: Material, cycles: int | None, seed: int = 0) -> Iterator[int]:
    """Publish, promote, roll back, and so on; yields the place of each in OPERATIONS before it begins."""
    with tempfile.TemporaryDirectory() as folder:
        for number in count() if cycles is None else range(cycles):
            content = random.Random(1000 * seed + number).randbytes(SMALL)
            other = with_weights(made, Path(folder) / "weights", content)
            yield 1
            version = store(registry, other)
            yield 2
            promote(registry, version, override=WHY)
            yield 3
            rollback(registry, "general")


def _change_without_end(registry: Registry, made: Material, shared: mmap.mmap, seed: int) -> None:
    try:
        for operation in _operations(registry, made, None, seed + 1):
            shared[0] = operation
    finally:
        os._exit(1)


def _one_serves(registry: Registry) -> list[str]:
    """What is wrong with what serves; nothing, as it should be."""
    try:
        route(registry).version.require_usable()
    except Exception as error:  # any at all is a broken state
        return [f"{type(error).__name__}: {error}"]
    return []


def timed(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def times(registry: Registry, made: Material, number: int, folder: Path) -> dict[str, list[float]]:
    """Seconds of each operation, each time on new weights of the same size."""
    found: dict[str, list[float]] = {
        name: [] for name in ("publish", "publish again", "promote", "rollback", "route", "verify", "load")
    }
    content = bytearray(made.files[WEIGHTS].read_bytes())
    promote(registry, store(registry, made), override=WHY)
    for turn in range(number):
        content[-4:] = struct.pack("<f", turn)
        other = with_weights(made, folder / "model.safetensors", bytes(content))
        found["publish"].append(timed(lambda other=other: store(registry, other)))
        found["publish again"].append(timed(lambda other=other: store(registry, other)))
        newest = registry.versions("general")[-1]
        found["promote"].append(timed(lambda newest=newest: promote(registry, newest, override=WHY)))
        found["route"].append(timed(lambda: route(registry)))
        found["verify"].append(timed(lambda newest=newest: verify(registry, [newest])))
        found["rollback"].append(timed(lambda: rollback(registry, "general")))
        found["load"].append(timed(route(registry).version.load))
    return found


def run(source: Path, number: int, kills: int) -> None:
    made = of_version(source)
    with tempfile.TemporaryDirectory(dir=source.parent.parent.parent) as name:
        folder = Path(name)
        registry = Registry.at(folder / "registry")
        seconds = times(registry, made, number, folder)
        size = sum(path.stat().st_size for path in made.files.values())
        kept = sum(path.stat().st_size for path in registry.blobs.kept())
        small = with_weights(made, folder / "small", b"w" * SMALL)
        small = replace(
            small, files={n: p for n, p in small.files.items() if p.stat().st_size <= SMALL or "/" not in n}
        )
        broken = kill(Registry.at(folder / "killed"), small, kills)
    results: dict[str, Any] = {
        "megabytes": size / 1e6,
        "versions": 2 * number + 1,
        "different": number + 1,
        "megabytes_kept": kept / 1e6,
        "seconds": {name: {"median": statistics.median(s), "most": max(s)} for name, s in seconds.items()},
        "kills": vars(broken),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(table(results))


def table(results: dict[str, Any]) -> str:
    """The figures in Markdown."""
    told = {
        "publish": "a version with new weights gets into its place",
        "publish again": "a version whose files are all kept already",
        "promote": "every checksum, every gate, one decision",
        "rollback": "every checksum, one decision",
        "route": "which version answers a case",
        "verify": "one version, every checksum",
        "load": "every checksum, then the model into memory",
    }
    lines = ["| | median | longest | what it is |", "|---|---|---|---|"]
    for name, what in told.items():
        one = results["seconds"][name]
        lines.append(f"| {name} | {duration(one['median'])} | {duration(one['most'])} | {what} |")
    kills = results["kills"]
    _, *within = (f"{kills['within'].get(name, 0)} in a {name}" for name in OPERATIONS)
    lines += [
        "",
        f"The version has {results['megabytes']:.0f} MB. {results['versions']} of it, of which "
        f"{results['different']} differ in their weights, take {results['megabytes_kept']:.0f} MB.",
        "",
        f"**{kills['kills']} kills at random moments** ({', '.join(within)}): {len(kills['broken'])} broken "
        f"states. Until then, what serves was asked {kills['asked']:,} times, and each time it was one whole "
        f"version. In the end there were {kills['versions']} versions and {kills['decisions']} decisions, "
        f"every checksum right, and {kills['unfinished']} unfinished publishes that nothing looks at.",
    ]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def show() -> None:
    """Write the table into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    told = table(json.loads(RESULTS.read_text(encoding="utf-8")))
    PAGE.write_text(f"{before}<!-- table -->\n{told}\n<!-- end -->{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    running = verbs.add_parser("run")
    running.add_argument("folder", type=Path, help="of a published version")
    running.add_argument("--times", type=int, default=5)
    running.add_argument("--kills", type=int, default=100)
    verbs.add_parser("show")
    options = parser.parse_args()
    if options.verb == "show":
        show()
    else:
        run(options.folder.resolve(), options.times, options.kills)


if __name__ == "__main__":
    main()
