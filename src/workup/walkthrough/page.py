"""The page "The guide, re-lived": the same results as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workup.examine.finding import Finding
from workup.walkthrough.phase import Claim, Result, conclusion


def page(results: Sequence[Result], command: str, base: str, versions: Mapping[str, str]) -> str:
    """The page.

    Args:
        command: that made the results and wrote the page.
        base: what the failures were produced on, in words.
        versions: of the libraries, by name.
    """
    parts = [*_opening(results, command, base, versions)]
    for result in results:
        parts += _phase(result)
    return "\n".join(parts) + "\n"


def _opening(
    results: Sequence[Result], command: str, base: str, versions: Mapping[str, str]
) -> Iterator[str]:
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    yield f"""# The guide, re-lived

Workup grew out of a debugging guide: a T5 that repeated itself, answered "True", echoed its input, said
nothing but pads, and was led step by step to a working model. Here each of its failures is made again, for
real, examined, and cured by one change. Where the guide's explanation does not hold when it is measured,
this page says so.

```console
{command}
```

wrote this page; nothing of it is written by hand. `workup walkthrough` shows the same in the terminal, and
`workup walkthrough pad-loop` one phase.

The base is {base}.
The task is no medical one: notes of a bicycle workshop, and the job that each asks for, so that all that a
model knows of it was learned here. It is trained on 160 notes at most, in seconds, and everything is counted
on 32 others, with one seed: enough to show a mechanism, too little to compare methods.
Libraries: {told}.

| | phase | failure seen | cause named | cured |
|---|---|---|---|---|"""
    for result in results:
        failure, naming = result.lived.failure, result.naming
        yield (
            f"| {result.number} | [{result.phase.title}](#{_anchor(result)}) "
            f"| {_yes(result.is_produced)}, {failure.before} | {_code(naming) if naming else '**no**'} "
            f"| {_yes(result.is_cured)}, {failure.after} |"
        )
    yield f"\n{conclusion(results)}"


def _phase(result: Result) -> Iterator[str]:
    phase, lived, naming = result.phase, result.lived, result.naming
    yield f"\n## {result.number}. {phase.title} {{ #{_anchor(result)} }}\n"
    yield f"**The guide.** {_plain(phase.guide)}\n"
    yield f"**Seen.** {lived.failure.before} {lived.failure.what}.\n"
    yield f"| {lived.given or ' '} | before | after the change |"
    yield "|---|---|---|"
    for line in lived.lines:
        yield f"| {' | '.join(map(_cell, (line.given, line.before, line.after)))} |"
    if naming is None:
        yield "\n**The examination** does not name the cause.\n"
    else:
        others = ", ".join(map(_code, result.others))
        yield f"\n**The examination.** {naming.severity.name.lower()} {_code(naming)} ({naming.stage}):\n"
        yield f"> {_plain(naming.summary)}.\n>\n> *Remedy:* {_plain(naming.remedy.text)}.\n"
        yield f"Also found: {others}.\n" if others else "Nothing else serious is found.\n"
    yield f"**One change.** `{lived.change}`\n"
    right = lived.right
    told = f"; {right.after} {right.what}, {right.before} were before" if right else ""
    left = ", ".join(map(_code, result.left))
    again = f"still finds {left}" if left else "finds nothing serious"
    yield f"**Then.** {lived.failure.after} {lived.failure.what}{told}. Examined once more, it {again}.\n"
    for claim in lived.claims:
        yield _claim(claim)
    yield f"**Lesson.** {phase.lesson}"


def _claim(claim: Claim) -> str:
    verdict = "That holds here" if claim.holds else "That does not hold here"
    return f"**The guide said:** {_plain(claim.said)}. {verdict}. **Measured:** {_plain(claim.measured)}.\n"


def _code(found: Finding) -> str:
    """The code of a finding, with a link to its page."""
    of_others = {"CRA": "crashes", "SCR": "scripts"}
    return f"[{found.code}](checks/{of_others.get(found.code[:3], found.stage)}.md)"


def _anchor(result: Result) -> str:
    return f"phase-{result.phase.name}"


def _yes(holds: bool) -> str:
    return "yes" if holds else "**no**"


def _cell(text: str) -> str:
    """Output of a model as code; a table takes no bar and code no backtick."""
    return f"`{text.replace('`', chr(39)).replace('|', chr(92) + '|')}`" if text else ""


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    for mark, written in (("<", "&lt;"), ("*", r"\*"), ("_", r"\_"), ("[", r"\[")):
        text = text.replace(mark, written)
    return text
