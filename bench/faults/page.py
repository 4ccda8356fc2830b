"""The tables of docs/faults.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.faults.judge import confirmed, errors, first, harm, verdict
from bench.faults.running import ROOT
from bench.faults.table import FAULTS, HEALTHY, Fault
from bench.page import fill

PAGE = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->"
Results = Mapping[str, Mapping[str, Any]]


def write(versions: Mapping[str, Results]) -> None:
    """Fill the page between its marks."""
    fill(PAGE, BEGIN, END, tables(versions))


def tables(versions: Mapping[str, Results]) -> str:
    """The summary of every version, then the faults and the healthy scripts one by one."""
    parts = ["\n".join(summary(versions))]
    for version, results in versions.items():
        if any("confirm" in result for result in results.values()):
            parts.append(f"## Experiments on the causes, transformers {version}")
            parts.append("\n".join(_experiments(results, version)))
    for version, results in versions.items():
        if _rivals(results):
            parts.append(f"## Other tools, transformers {version}")
            parts.append("\n".join(_others(results, version)))
    for version, results in versions.items():
        parts.append(f"## Faults, transformers {version}")
        parts.append("\n".join(_faults(results, version)))
        parts.append(f"## Healthy scripts, transformers {version}")
        parts.append("\n".join(_healthy(results)))
    return "\n\n".join(parts)


def present(version: str) -> list[Fault]:
    """The faults that this version of transformers has."""
    return [fault for fault in FAULTS if fault.only in (None, int(version.partition(".")[0]))]


def summary(versions: Mapping[str, Results]) -> list[str]:
    lines = [
        "| transformers | faults run | cause named first | of those that did harm | stage right | silent | "
        "healthy scripts | with an error | with a warning |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for version, results in versions.items():
        run = [fault for fault in present(version) if "workup" in results.get(fault.name, {})]
        verdicts = [verdict(fault, results[fault.name]["workup"]["findings"]) for fault in run]
        sound = [
            results[_key(h.name)]["workup"] for h in HEALTHY if "workup" in results.get(_key(h.name), {})
        ]
        alarmed = sum(bool(errors(one["findings"])) for one in sound)
        warned = sum(_severity(one["findings"], "warning") for one in sound)
        shares = [
            _share(sum(getattr(v, name) for v in verdicts), len(run))
            for name in ("named", "stage_right", "silent")
        ]
        harmful = [v for fault, v in zip(run, verdicts, strict=True) if _does_harm(fault, results)]
        shares.insert(1, _share(sum(v.named for v in harmful), len(harmful)))
        lines.append(
            f"| {version} | {len(run)} of {len(present(version))} | {' | '.join(shares)} | {len(sound)} | "
            f"{alarmed} | {warned} |"
        )
    return lines


def _faults(results: Results, version: str) -> list[str]:
    rivals = _rivals(results)
    lines = [
        f"| script | stage | cause | exact match, without the fault | harm | Workup | {_cells(rivals)}",
        "|---|---|---|---|---|---|" + "---|" * len(rivals),
    ]
    for fault in present(version):
        result = results.get(fault.name, {})
        plain, twin = result.get("plain"), results.get(_key(fault.twin), {}).get("plain")
        told = [_rival(result, rival) for rival in rivals]
        lines.append(
            f"| {fault.name} | {fault.stage} | {fault.cause} | {_match(plain)}, {_match(twin)} | "
            f"{_harm(fault, plain, twin)} | {_told(fault, result.get('workup'))} | {_cells(told)}"
        )
    return lines


def _healthy(results: Results) -> list[str]:
    rivals = _rivals(results)
    lines = [
        f"| script | looks as if | exact match | Workup | {_cells(rivals)}",
        "|---|---|---|---|" + "---|" * len(rivals),
    ]
    for healthy in HEALTHY:
        result = results.get(_key(healthy.name), {})
        told = [_rival(result, rival) for rival in rivals]
        lines.append(
            f"| {healthy.name} | {healthy.looks_like} | {_match(result.get('plain'))} | "
            f"{_alarms(result.get('workup'))} | {_cells(told)}"
        )
    return lines


def _others(results: Results, version: str) -> list[str]:
    """What the other tools flag; what they flag without the fault too tells nothing of it."""
    lines = [
        "| tool | faults with a flag that the script without the fault has not | refuses | silent, or the "
        "same flags | healthy scripts with a flag |",
        "|---|---|---|---|---|",
    ]
    for rival in _rivals(results):
        told, twins = [], []
        for fault in present(version):
            if rival in results.get(fault.name, {}).get("rivals", {}):
                told.append(results[fault.name]["rivals"][rival])
                twin = results.get(_key(fault.twin), {}).get("rivals", {})
                twins.append(twin.get(rival, {"flags": []}))
        refused = sum(bool(one["refuses"]) for one in told)
        new = sum(bool(set(a["flags"]) - set(b["flags"])) for a, b in zip(told, twins, strict=True))
        healthy = [results.get(_key(h.name), {}).get("rivals", {}).get(rival) for h in HEALTHY]
        flagged = sum(bool(one["flags"]) for one in healthy if one)
        lines.append(
            f"| {rival} | {_share(new, len(told))} | {refused} | {len(told) - new - refused} | "
            f"{flagged} of {sum(one is not None for one in healthy)} |"
        )
    return lines


def _experiments(results: Results, version: str) -> list[str]:
    """What `--confirm` makes of the faults; a remedy can only be proved where the fault did harm."""
    tried = [fault for fault in present(version) if "confirm" in results.get(fault.name, {})]
    lines = ["| faults | tried | cause ranked first | remedy proved |", "|---|---|---|---|"]
    harmful = [fault for fault in tried if _does_harm(fault, results)]
    for name, faults in (
        ("all", tried),
        ("those that did harm", harmful),
        ("those that did harm, without crashes", [one for one in harmful if not _crashes(one, results)]),
    ):
        judged = [
            confirmed(fault, results[fault.name]["confirm"], results[fault.name].get("fix"))
            for fault in faults
        ]
        first_ = _share(sum(one.ranked_first for one in judged), len(judged))
        proved = _share(sum(one.proved for one in judged), len(judged))
        lines.append(f"| {name} | {len(faults)} | {first_} | {proved} |")
    left = [_unproved(fault, results) for fault in harmful if not _is_proved(fault, results)]
    return [*lines, "", f"Not proved, of those that did harm: {'; '.join(left)}."]


def _is_proved(fault: Fault, results: Results) -> bool:
    result = results[fault.name]
    return confirmed(fault, result["confirm"], result.get("fix")).proved


def _unproved(fault: Fault, results: Results) -> str:
    """What became of the experiment on the right cause."""
    experiments = results[fault.name]["confirm"]["experiments"]
    right = [one["verdict"] for one in experiments if one["cause"] in fault.codes]
    return f"{fault.name} ({right[0] if right else 'not tried'})"


def _crashes(fault: Fault, results: Results) -> bool:
    return results[fault.name]["plain"]["status"] != 0


def _does_harm(fault: Fault, results: Results) -> bool:
    """Whether harm was measured; where it was not, no harm is assumed."""
    twin = results.get(_key(fault.twin), {}).get("plain")
    return harm(results[fault.name].get("plain"), twin) not in (None, "none")


def _harm(fault: Fault, plain: Mapping[str, Any] | None, twin: Mapping[str, Any] | None) -> str:
    """What was measured; what was expected, where that is something else."""
    measured = harm(plain, twin)
    if measured is None:
        return "-"
    return measured if measured == fault.harm else f"{measured} (expected: {fault.harm})"


def _told(fault: Fault, workup: Mapping[str, Any] | None) -> str:
    """What was said first, and whether it is right."""
    if workup is None:
        return "-"
    if workup["findings"] is None:
        return "no report"
    main = first(workup["findings"])
    if main is None:
        return "silent"
    judged = verdict(fault, workup["findings"])
    right = "named" if judged.named else "stage" if judged.stage_right else "wrong"
    return f"{right}: {main['check']} {main['severity']}"


def _alarms(workup: Mapping[str, Any] | None) -> str:
    if workup is None:
        return "-"
    if workup["findings"] is None:
        return "no report"
    told = [f"{f['check']} {f['severity']}" for f in workup["findings"] if f["severity"] != "note"]
    return ", ".join(told) or "nothing"


def _rivals(results: Results) -> list[str]:
    return sorted({name for result in results.values() for name in result.get("rivals", {})})


def _rival(result: Mapping[str, Any], name: str) -> str:
    """What a rival flags, by its own names."""
    told = result.get("rivals", {}).get(name)
    if told is None:
        return "-"
    return told["refuses"] or ", ".join(told["flags"]) or "nothing"


def _cells(values: Sequence[str]) -> str:
    return "".join(f"{value} | " for value in values).rstrip()


def _severity(findings: Sequence[Mapping[str, Any]] | None, wanted: str) -> bool:
    return any(finding["severity"] == wanted for finding in findings or ())


def _key(healthy: str) -> str:
    return f"healthy/{healthy}"


def _share(count: int, whole: int) -> str:
    return f"{count} ({count / whole:.0%})" if whole else "-"


def _match(plain: Mapping[str, Any] | None) -> str:
    if plain is None or plain["exact_match"] is None:
        return "-"
    return f"{plain['exact_match']:.2f}"
