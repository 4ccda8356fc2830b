"""What can be mended in a script without a doubt. Everything else is told and left to its author."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from workup.errors import SaveError
from workup.examine.script import edits
from workup.examine.script.check import examine_script
from workup.examine.script.edits import Edit
from workup.examine.script.facts import Facts
from workup.examine.script.notebook import with_sources
from workup.examine.script.outdated import Outdated, outdated
from workup.examine.script.roles import Roles
from workup.examine.script.rules.evaluation import decoded_part, decodings, handled_names
from workup.examine.script.rules.labels import padded_labels
from workup.examine.script.source import Script, sources_of
from workup.files import write_text

# Arguments that nothing ever read; and the value with which an argument does what its absence does.
_NEVER_READ = frozenset({"overwrite_output_dir", "mp_parameters"})
_AS_IF_ABSENT: dict[str, object] = {
    "adafactor": False,
    "fp16_backend": "auto",
    "fp16_opt_level": "O1",
    "group_by_length": False,
    "half_precision_backend": "auto",
    "include_inputs_for_metrics": False,
    "include_tokens_per_second": False,
    "jit_mode_eval": False,
    "no_cuda": False,
    "past_index": -1,
    "resume_download": True,
    "safe_serialization": True,
    "save_safetensors": True,
    "tpu_metrics_debug": False,
    "use_legacy_prediction_loop": False,
    "use_mps_device": False,
    "warmup_ratio": 0.0,
}
# (argument, its value): what says the same in the other version; None for the same value.
_SAME_THING: dict[tuple[str, object], tuple[str, str | None]] = {
    ("adafactor", True): ("optim", '"adafactor"'),
    ("group_by_length", True): ("train_sampling_strategy", '"group_by_length"'),
    ("include_inputs_for_metrics", True): ("include_for_metrics", '["inputs"]'),
    ("optim", "adamw_hf"): ("optim", '"adamw_torch"'),
    ("train_sampling_strategy", "group_by_length"): ("group_by_length", "True"),
}
_SAME_CLASS = {"MT5Tokenizer": "T5Tokenizer", "MT5TokenizerFast": "T5Tokenizer"}
_MASKED = "[token if token != {pad} else -100 for token in {{}}]"
_MASKED_ROWS = "[[token if token != {pad} else -100 for token in row] for row in {{}}]"


@dataclass(frozen=True)
class Fix:
    """A script as it would be: `content` is that of its file."""

    before: Script
    content: str
    diff: str

    def write(self) -> None:
        """Write the file, whole or not at all; a link stays one, and permissions are kept.

        Raises:
            SaveError: the file cannot be written.
        """
        path = self.before.path.resolve()
        try:
            mode = path.stat().st_mode
            write_text(path, self.content)
            path.chmod(mode)
        except OSError as error:
            raise SaveError(f"{path} could not be written: {error.strerror}") from None


def fix_of(script: Script, version: str) -> Fix | None:
    """The script with everything mended that can be without a doubt; None where there is nothing.

    Args:
        version: of transformers, that the script is to work with.
    """
    found = {(one.code, one.place) for one in examine_script(script, version).findings}
    facts = Facts(script)
    roles = Roles(facts)
    changes = [*_names(facts, version, found), *_labels(facts, roles, found)]
    text = edits.apply(script.text, changes) if changes else script.text
    if text == script.text:
        return None
    if not script.cells:
        before = script.content.removesuffix(script.text)  # a byte order mark, or nothing
        return Fix(script, before + text, _diff(str(script.path), script.text, text))
    old, new = sources_of(script, script.text), sources_of(script, text)
    changed = {number: source for number, source in new.items() if source != old[number]}
    diffs = [_diff(f"{script.path}:cell {number}", old[number], new[number]) for number in changed]
    return Fix(script, with_sources(script.content, changed), "".join(diffs))


def _names(facts: Facts, version: str, found: set[tuple[str, str]]) -> Iterator[Edit]:
    """Names that the version does not know, where another says the same, or where they said nothing."""
    codes = ("SCR001", "SCR002", "SCR003")
    for one in outdated(facts, version):
        if not any((code, facts.place(one.node)) in found for code in codes):
            continue  # a comment allows it
        if one.call is not None:
            yield from _argument(facts, one, one.call)
        elif one.name == "as_target_tokenizer":
            yield from _target_block(facts, one.node)
        elif isinstance(one.node, ast.alias):
            yield from _import(facts, one.node)
        elif isinstance(one.node, ast.Attribute) and one.change.rename:
            yield Edit(one.node, edits.rename(one.change.rename))


def _argument(facts: Facts, one: Outdated, call: ast.Call) -> Iterator[Edit]:
    name = one.name.partition("=")[0]
    given = {keyword.arg: facts.constant(keyword.value) for keyword in call.keywords}
    if name not in given:
        return  # it comes out of a dict
    value = given[name]
    new, code = one.change.rename, None
    if not new and isinstance(value, bool | str) and (name, value) in _SAME_THING:
        new, code = _SAME_THING[name, value]
    elif not new and isinstance(value, float) and 0 < value < 1:
        new = {"warmup_ratio": "warmup_steps", "warmup_steps": "warmup_ratio"}.get(name)
    unused = name in _NEVER_READ or (name in _AS_IF_ABSENT and _AS_IF_ABSENT[name] == value)
    if unused or (name == "logging_dir" and given.get("report_to") == "none"):
        yield Edit(call, edits.remove_argument(name))
    elif new and (new == name or new not in given):
        yield Edit(call, edits.rename_argument(name, new, code))


def _import(facts: Facts, alias: ast.alias) -> Iterator[Edit]:
    """A class under its new name, in the import and wherever it is used."""
    new = _SAME_CLASS.get(alias.name)
    if new is None or alias.asname is not None or facts.bindings(new, alias):
        return
    yield Edit(alias, edits.rename(new))
    for node in facts.nodes:
        if isinstance(node, ast.Name) and node.id == alias.name:
            yield Edit(node, edits.rename(new))


def _target_block(facts: Facts, method: ast.AST) -> Iterator[Edit]:
    """`with tokenizer.as_target_tokenizer():` around plain lines that call this tokenizer with texts."""
    block = next((outer for outer in facts.around(method) if isinstance(outer, ast.With)), None)
    if block is None or len(block.items) != 1 or not isinstance(method, ast.Attribute):
        return
    owner = ast.unparse(method.value)
    calls = [
        node
        for line in block.body
        for node in ast.walk(line)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == owner
    ]
    mentions = [n for line in block.body for n in ast.walk(line) if ast.unparse(n) == owner]
    plain = all(isinstance(line, ast.Assign | ast.Expr) for line in block.body)
    sole = all(len(c.args) == 1 and not isinstance(c.args[0], ast.Starred) for c in calls)
    if calls and plain and sole and len(mentions) == len(calls):
        yield Edit(block, edits.unwrap_block)
        for call in calls:
            yield Edit(call, edits.name_first_argument("text_target"))


def _labels(facts: Facts, roles: Roles, found: set[tuple[str, str]]) -> Iterator[Edit]:
    """-100 in the place of pads in labels, and pads in its place again before anything is decoded."""
    decoded = list(_decoded_labels(facts, roles))
    masks = (
        []
        if roles.masks_with_ignored
        else [edit for edit in _masks(facts, roles) if ("SCR010", facts.place(edit.node)) in found]
    )
    if _decodes_labels_elsewhere(facts, roles) or None in decoded:
        masks = []
    yield from masks
    for edit in decoded:
        if edit is not None and (masks or ("SCR040", facts.place(edit.node)) in found):
            yield edit


def _masks(facts: Facts, roles: Roles) -> Iterator[Edit]:
    """Where the labels of a row are plain lists of ids, whose pad is a token of its own."""
    for labels, call in padded_labels(facts, roles):
        maker = next((m for m in roles.row_makers if m.function in facts.around(labels)), None)
        known = facts.resolve(labels)
        takes_ids = getattr(known, "attr", "") == "input_ids" or (
            isinstance(known, ast.Subscript) and facts.constant(known.slice) == "input_ids"
        )
        plain = facts.arguments(call).lacks("return_tensors") and isinstance(
            call.func, ast.Name | ast.Attribute
        )
        if maker is None or maker.call is None or not takes_ids or not plain or roles.pad_is_end:
            continue
        form = _MASKED_ROWS if maker.batched else _MASKED
        yield Edit(labels, edits.wrap(form.format(pad=f"{ast.unparse(call.func)}.pad_token_id")))


def _decoded_labels(facts: Facts, roles: Roles) -> Iterator[Edit | None]:
    """The labels that compute_metrics decodes as they came; None where there is no numpy to replace -100."""
    numpy = next((name for name in ("np", "numpy") if _is_numpy(facts, name)), None)
    seen = set()
    for function, _ in roles.metrics:
        handled = handled_names(facts, function)
        for call in decodings(facts, roles, function):
            name, what = decoded_part(facts, function, call)
            if what != "labels" or name in handled or call in seen:
                continue
            seen.add(call)
            owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
            template = f"{numpy}.where({{}} != -100, {{}}, {owner}.pad_token_id)"
            yield Edit(call.args[0], edits.wrap(template)) if numpy else None


def _decodes_labels_elsewhere(facts: Facts, roles: Roles) -> bool:
    """Whether labels are made text outside of compute_metrics, where -100 would be an error."""
    metrics = {function for function, _ in roles.metrics}
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in {"decode", "batch_decode", "convert_ids_to_tokens"}
        and any("label" in ast.unparse(argument) for argument in call.args)
        and not metrics & set(facts.around(call))
        for call in facts.calls
    )


def _is_numpy(facts: Facts, name: str) -> bool:
    bindings = facts.bindings(name, facts.script.tree.body[-1])
    return bool(bindings) and all(one.origin == "numpy" for one in bindings)


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, f"{name} (fixed)", lineterm="")
    return "".join(f"{line}\n" for line in lines)
