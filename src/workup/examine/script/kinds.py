"""What the objects of a script are: a tokenizer, a model, a Trainer, what a tokenizer returned, ..."""

from __future__ import annotations

import ast
import re
from typing import Literal

from workup.examine.script.facts import Facts

Kind = Literal[
    "",
    "tokenizer",
    "model",
    "trainer",
    "arguments",
    "collator",
    "config",
    "generation config",
    "encoding",
    "optimizer",
]
# What a parameter, or an attribute of self, of this name is taken for.
_BY_NAME: dict[str, Kind] = {
    "tokenizer": "tokenizer",
    "model": "model",
    "trainer": "trainer",
    "processing_class": "tokenizer",
    "generation_config": "generation config",
}
_SAME_MODEL = frozenset(
    {"to", "cuda", "cpu", "half", "float", "bfloat16", "train", "eval", "merge_and_unload", "requires_grad_"}
)
_ENCODING_METHODS = frozenset({"encode_plus", "batch_encode_plus", "prepare_seq2seq_batch", "pad"})
_MODEL_CLASS = re.compile(r"^(AutoModel\w*|\w+For[A-Z]\w+|\w+Model|\w+LMHeadModel)$")


def kind_of(facts: Facts, expr: ast.expr | None, seen: frozenset[ast.AST] = frozenset()) -> Kind:
    """What an expression is; "" where it is not known."""
    if expr is None or expr in seen:
        return ""
    seen |= {expr}
    match expr:
        case ast.Name(id=name):
            return _kind_of_name(facts, expr, name, seen)
        case ast.Attribute(value=value, attr=attribute):
            return _kind_of_attribute(kind_of(facts, value, seen), attribute)
        case ast.Call(func=function):
            return _kind_of_call(facts, expr, function, seen)
        case ast.IfExp(body=body, orelse=other):
            kinds = {kind_of(facts, body, seen), kind_of(facts, other, seen)}
            return kinds.pop() if len(kinds) == 1 else ""
    return ""


def kind_of_class(name: str) -> Kind:
    """What an instance of a class of transformers is."""
    if name.endswith(("Tokenizer", "TokenizerFast", "AutoProcessor")):
        return "tokenizer"
    if name == "GenerationConfig":
        return "generation config"
    if name.endswith("Config"):
        return "config"
    if name.endswith("TrainingArguments"):
        return "arguments"
    if name.endswith("Trainer"):
        return "trainer"
    if name.startswith("DataCollator") or name in {"default_data_collator", "DefaultDataCollator"}:
        return "collator"
    if name in {"Adafactor", "AdamW"}:
        return "optimizer"
    return "model" if _MODEL_CLASS.match(name) else ""


def loaded_class(facts: Facts, call: ast.Call) -> str:
    """The class of transformers whose `from_pretrained` is called; "" for any other call."""
    parts = facts.origin(call.func).split(".")
    is_load = len(parts) == 3 and parts[0] == "transformers" and parts[2] == "from_pretrained"
    return parts[1] if is_load else ""


def made_class(facts: Facts, call: ast.Call) -> str:
    """The class or function of transformers that is called; "" for any other call."""
    parts = facts.origin(call.func).split(".")
    return parts[1] if len(parts) == 2 and parts[0] == "transformers" else ""


def _kind_of_name(facts: Facts, expr: ast.Name, name: str, seen: frozenset[ast.AST]) -> Kind:
    if facts.origin(expr) in {"transformers.default_data_collator", "transformers.DefaultDataCollator"}:
        return "collator"
    bindings = facts.bindings(name, expr)
    if not bindings or any(one.how == "parameter" for one in bindings):
        return _BY_NAME.get(name, "")
    kinds = {kind_of(facts, one.value, seen) for one in bindings if one.how == "assigned"} - {""}
    if len(kinds) == 1:
        return kinds.pop()
    made_here = all(one.how == "other" or _is_own_call(facts, one.value) for one in bindings)
    return _BY_NAME.get(name, "") if not kinds and made_here else ""


def _is_own_call(facts: Facts, expr: ast.expr | None) -> bool:
    return isinstance(expr, ast.Call) and facts.defined(expr.func) is not None


def _kind_of_attribute(owner: Kind, attribute: str) -> Kind:
    if attribute == "config":
        return "config" if owner == "model" else ""
    if attribute == "args" and owner == "trainer":
        return "arguments"
    return _BY_NAME.get(attribute, "")


def _kind_of_call(facts: Facts, call: ast.Call, function: ast.expr, seen: frozenset[ast.AST]) -> Kind:
    made = loaded_class(facts, call) or made_class(facts, call)
    if made:
        return kind_of_class(made)
    origin = facts.origin(function)
    if origin in {"peft.get_peft_model", "peft.PeftModel.from_pretrained"}:
        return "model"
    if origin.startswith(("torch.optim.", "bitsandbytes.optim.")):
        return "optimizer" if origin.count(".") == 2 else ""
    if isinstance(function, ast.Name) and function.id in facts.classes:
        return "trainer" if _is_trainer(facts, facts.classes[function.id]) else ""
    if kind_of(facts, function, seen) == "tokenizer":
        return "encoding"
    if isinstance(function, ast.Attribute):
        owner = kind_of(facts, function.value, seen)
        if owner == "model" and function.attr in _SAME_MODEL:
            return "model"
        if owner == "tokenizer" and function.attr in _ENCODING_METHODS:
            return "encoding"
        if owner == "encoding" and function.attr == "to":
            return "encoding"
        if function.attr == "prepare" and len(call.args) == 1:
            return kind_of(facts, call.args[0], seen)
    return ""


def _is_trainer(facts: Facts, defined: ast.ClassDef) -> bool:
    return any(
        facts.origin(base).startswith("transformers.") and facts.origin(base).endswith("Trainer")
        for base in defined.bases
    )
