"""Writes docs/checks.md and docs/checks/*.md from the documentation of checks, rules and crashes.

    .venv/bin/python scripts/make_check_pages.py

A test fails while a page is older than what it is made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workup.examine.check import Check
from workup.examine.checks import CATALOGUE
from workup.examine.crashes import CRASHES
from workup.examine.crashes.crash import Crash
from workup.examine.finding import STAGES
from workup.examine.script.rules import RULES

DOCS = Path(__file__).parent.parent / "docs"
HEAD = f"""# The checks

{len(CATALOGUE)} checks of a fine-tune in the order of the stages, {len(RULES)} rules for scripts that are
not run, and {len(CRASHES)} crashes that are explained. `workup explain CODE` prints the same words. Made from
the checks themselves by `scripts/make_check_pages.py`.
"""


def pages() -> dict[Path, str]:
    """Every page with its text."""
    parts: dict[str, Sequence[Check | Crash]] = {
        stage: [check for check in CATALOGUE if check.stage == stage] for stage in STAGES
    }
    parts |= {"scripts": RULES, "crashes": CRASHES}
    index = HEAD
    made = {}
    for name, things in parts.items():
        index += f"\n## [{name.capitalize()}](checks/{name}.md)\n\n| code | |\n|---|---|\n"
        index += "".join(f"| `{one.code}` {one.name} | {_cell(one.summary)} |\n" for one in things)
        made[DOCS / "checks" / f"{name}.md"] = f"# {name.capitalize()}\n" + "".join(map(_one, things))
    return {DOCS / "checks.md": index, **made}


def _one(one: Check | Crash) -> str:
    parts = [f"\n## {one.code} · {one.name}\n\n{one.summary}\n"]
    if isinstance(one, Check):
        parts += [f"\n**{heading}.** {text}\n" for heading, text in one.sections().items() if text]
    else:
        shown = "\n".join(f"{one.errors[0]}: {line}" for line in one.shown)
        remedy = f"{one.remedy.text[:1].upper()}{one.remedy.text[1:]}."
        code = f"\n```\n{one.remedy.code}\n```\n" if one.remedy.code else ""
        parts += [f"\n```text\n{shown}\n```\n", f"\n**Why it happens.** {one.why}\n"]
        parts += [f"\n**Remedy.** {remedy}\n{code}", f"\n**Sources.** {', '.join(one.sources)}\n"]
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (DOCS / "checks").mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path)
