"""ENVIRONMENT: names that the installed version of transformers does not know."""

from __future__ import annotations

from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import Facts
from workup.examine.script.outdated import Outdated, outdated
from workup.examine.script.rules.shared import ERROR, WARNING, found

_KINDS = {
    "argument": "the argument",
    "attribute": "the attribute",
    "method": "the method",
    "import": "the import",
    "value": "the value",
}


@check("SCR001", "environment")
def gone_name(facts: Facts, version: str) -> Iterator[Finding]:
    """A name is used that this version of transformers no longer has.

    What it checks
    Arguments, attributes, methods, imports and values that were renamed or removed between transformers 4.x
    and 5.x, against the installed version or the one of `--for`.

    Why it matters
    The script ends with a TypeError, an AttributeError or an ImportError; sometimes after the training only.

    Evidence
    The name, its owner, and the version without it.

    Example
    Wrong: `Trainer(..., tokenizer=tokenizer)` on 5.x. Right: `Trainer(..., processing_class=tokenizer)`.

    Remedy
    Write the new name; `--fix` does it where the value goes on to work.

    When it is harmless
    Where the script never comes there. A name inside `try`, or after asking for the version, is not judged.

    Known limits
    Arguments in a dict that the script changes, or reads from a file, are not seen.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md
    """
    for one in outdated(facts, version):
        if not one.change.silent and one.is_gone(version):
            yield _outdated(facts, one, f"is gone since transformers {one.change.gone}", version)


@check("SCR002", "environment")
def name_of_a_later_version(facts: Facts, version: str) -> Iterator[Finding]:
    """A name is used that this version of transformers does not have yet.

    What it checks
    Arguments, attributes, methods, imports and values that came with transformers 5.x, where the installed
    version, or the one of `--for`, is older.

    Why it matters
    The script ends with a TypeError, an AttributeError or an ImportError.

    Evidence
    The name, its owner, and the first version with it.

    Example
    Wrong on 4.57: `train_sampling_strategy="group_by_length"`. Right there: `group_by_length=True`.

    Remedy
    Write the older name, or install the newer version.

    When it is harmless
    Where the script never comes there. A name inside `try`, or after asking for the version, is not judged.

    Known limits
    Arguments in a dict that the script changes, or reads from a file, are not seen.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md
    """
    for one in outdated(facts, version):
        if not one.change.silent and not one.is_gone(version):
            yield _outdated(facts, one, f"comes with transformers {one.change.born}", version)


@check("SCR003", "environment")
def silently_ignored_name(facts: Facts, version: str) -> Iterator[Finding]:
    """A name is used that this version of transformers ignores without a word.

    What it checks
    Arguments and values that do something in one version of transformers and nothing in another.

    Why it matters
    No exception tells of it: the training just becomes another one.

    Evidence
    The name, its owner, and the versions.

    Example
    Wrong on 5.x: `tokenizer(text, pad_to_max_length=True)`. Right: `padding="max_length"`.

    Remedy
    Write what does the same in this version.

    When it is harmless
    Where what the name did is not needed.

    Known limits
    Arguments in a dict that the script changes, or reads from a file, are not seen.

    Sources
    https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md
    """
    for one in outdated(facts, version):
        if one.change.silent:
            yield _outdated(facts, one, f"does nothing in transformers {version}", version)


def _outdated(facts: Facts, one: Outdated, what: str, version: str) -> Finding:
    change = one.change
    return found(
        facts,
        one.node,
        WARNING if change.silent else ERROR,
        f"{_KINDS[change.kind]} {one.name!r} of {_owner(change.owner)} {what}",
        change.instead,
        name=one.name,
        owner=change.owner,
        gone=change.gone,
        born=change.born,
        version=version,
    )


def _owner(owner: str) -> str:
    return f"a {owner}" if owner in {"tokenizer", "model", "config"} else owner


RULES = (gone_name, name_of_a_later_version, silently_ignored_name)
