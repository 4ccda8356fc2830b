"""What the parts of a script are for in a fine-tune: which call trains, which makes rows, which generates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from workup.examine.script.bases import T5_FAMILIES, TIED, Family, family, family_of_class
from workup.examine.script.facts import Arguments, Facts
from workup.examine.script.kinds import Kind, kind_of, kind_of_class, loaded_class, made_class
from workup.examine.script.names import Function

_MAPPING = frozenset({"map", "with_transform", "set_transform"})
_SAME_IDS = frozenset(
    {"copy", "clone", "squeeze", "flatten", "tolist", "to", "long", "cuda", "detach", "contiguous"}
)
# Collators that make labels of the inputs, whatever labels there were.
OF_LANGUAGE_MODELS = frozenset(
    {
        "DataCollatorForLanguageModeling",
        "DataCollatorForWholeWordMask",
        "DataCollatorForPermutationLanguageModeling",
        "DataCollatorWithFlattening",
    }
)


@dataclass(frozen=True)
class Use:
    """A call of a known kind, with its arguments."""

    call: ast.Call
    arguments: Arguments
    made: str


@dataclass(frozen=True)
class Load:
    """A `from_pretrained` of transformers; `name` is None where it is not constant."""

    call: ast.Call
    arguments: Arguments
    made: str
    kind: Kind
    name: str | None


@dataclass(frozen=True)
class RowMaker:
    """A function that makes training rows: given to `map`, a collator, or the `__getitem__` of a dataset.

    Attributes:
        call: the `map`; None for the others.
        batched: whether it gets several rows at once.
    """

    function: Function
    call: ast.Call | None
    batched: bool


@dataclass(frozen=True)
class LabelSource:
    """Where labels are set: the expression, and the call of the tokenizer whose ids it takes."""

    labels: ast.expr
    tokenizing: ast.Call
    arguments: Arguments


class Roles:
    """The parts of a fine-tune in a script."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    # ---- the base model ----------------------------------------------------------------------------

    @cached_property
    def loads(self) -> list[Load]:
        """Every tokenizer, model and configuration that is loaded."""
        found = []
        for call in self.facts.calls:
            made = loaded_class(self.facts, call)
            if made:
                arguments = self.facts.arguments(call)
                name = self.facts.constant(arguments.get("pretrained_model_name_or_path", 0))
                text = name if isinstance(name, str) else None
                found.append(Load(call, arguments, made, kind_of_class(made), text))
        return found

    @cached_property
    def families(self) -> frozenset[Family]:
        """The families of all models in the script that say theirs, by name or else by class."""
        models = [load for load in self.loads if load.kind == "model"]
        found = {family(load.name or "") or family_of_class(load.made) for load in models}
        return frozenset(found - {""})

    @property
    def is_t5(self) -> bool:
        """Whether every model that says its family is of T5's."""
        return bool(self.families) and self.families <= T5_FAMILIES

    @property
    def is_tied(self) -> bool:
        """Whether checkpoints of every family in the script store one matrix for embeddings and head."""
        return bool(self.families) and self.families <= TIED

    @cached_property
    def is_seq2seq(self) -> bool:
        """Whether every model in the script is known to be an encoder-decoder."""
        classes = [load.made for load in self.loads if load.kind == "model"]
        return bool(classes) and all(
            name == "AutoModelForSeq2SeqLM" or name.endswith(("ForConditionalGeneration", "MTModel"))
            for name in classes
        )

    # ---- the training ------------------------------------------------------------------------------

    @cached_property
    def settings(self) -> list[Use]:
        """Every call of a TrainingArguments class."""
        return self._uses("TrainingArguments")

    @cached_property
    def trainers(self) -> list[Use]:
        """Every call of a Trainer class that has transformers' own arguments."""
        return self._uses("Trainer")

    @cached_property
    def collators(self) -> list[Use]:
        """Every collator of transformers that is made."""
        return [use for use in self._uses("") if kind_of_class(use.made) == "collator"]

    def settings_of(self, trainer: Use) -> Use | None:
        """The arguments that a Trainer was given, where they are made in the script."""
        given = trainer.arguments.get("args", 1)
        call = self.facts.resolve(given) if given is not None else None
        return next((use for use in self.settings if use.call is call), None)

    @cached_property
    def metrics(self) -> list[tuple[Function, Use]]:
        """Every function of the script that is given as compute_metrics, with the Trainer it is given to."""
        pairs = [(self.facts.defined(use.arguments.get("compute_metrics")), use) for use in self.trainers]
        return [(function, use) for function, use in pairs if function is not None]

    @cached_property
    def plain_loops(self) -> list[ast.For | ast.While]:
        """Every outermost loop with a `backward()` in it."""
        loops = []
        for call in self.facts.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
                around = [one for one in self.facts.around(call) if isinstance(one, ast.For | ast.While)]
                if around and around[-1] not in loops:
                    loops.append(around[-1])
        return loops

    def _uses(self, ending: str) -> list[Use]:
        made = [(call, made_class(self.facts, call)) for call in self.facts.calls]
        return [
            Use(call, self.facts.arguments(call), name)
            for call, name in made
            if name and name.endswith(ending)
        ]

    # ---- rows and labels ---------------------------------------------------------------------------

    @cached_property
    def row_makers(self) -> list[RowMaker]:
        """Every function that makes training rows and calls a tokenizer."""
        found = []
        for call in self.facts.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in _MAPPING and call.args:
                function = self._tokenizing_function(call.args[0])
                batched = self.facts.constant(self.facts.arguments(call).get("batched")) is True
                if function is not None:
                    found.append(RowMaker(function, call, batched or call.func.attr != "map"))
            for name in ("collate_fn", "data_collator"):
                function = self.facts.defined(self.facts.arguments(call).get(name))
                if function is not None and self._tokenizes(function):
                    found.append(RowMaker(function, None, batched=True))
        for node in self.facts.nodes:
            if isinstance(node, ast.FunctionDef) and node.name == "__getitem__" and self._tokenizes(node):
                found.append(RowMaker(node, None, batched=False))
        return found

    def tokenizings(self, function: ast.AST) -> Iterator[Use]:
        """The calls of a tokenizer in a function, in the order of the text."""
        for node in self.calls_in(function):
            if kind_of(self.facts, node) == "encoding":
                yield Use(node, self.facts.arguments(node), "")

    def calls_in(self, function: ast.AST) -> Iterator[ast.Call]:
        """The calls in a function, in the order of the text."""
        return (call for call in self.facts.calls if function in self.facts.around(call))

    @cached_property
    def label_sources(self) -> list[LabelSource]:
        """Everywhere that labels are made of the ids of a tokenizer."""
        found = []
        for labels in self._label_expressions():
            call = self.tokenizing_of(labels)
            if call is not None:
                found.append(LabelSource(labels, call, self.facts.arguments(call)))
        return found

    @cached_property
    def target_calls(self) -> frozenset[ast.Call]:
        """The calls of a tokenizer whose ids become labels, on whatever way."""
        return frozenset(call for labels in self._label_expressions() for call in self._calls_behind(labels))

    def _calls_behind(self, expr: ast.expr, depth: int = 0) -> Iterator[ast.Call]:
        known = self.facts.resolve(expr)
        call = self.tokenizing_of(known)
        if call is not None:
            yield call
        elif depth < 8:
            for part in ast.iter_child_nodes(known):
                inner = part.iter if isinstance(part, ast.comprehension) else part
                if isinstance(inner, ast.expr):
                    yield from self._calls_behind(inner, depth + 1)

    def tokenizing_of(self, ids: ast.expr) -> ast.Call | None:
        """The call of a tokenizer that made these ids."""
        known = self.facts.resolve(ids)
        match known:
            case ast.Call(func=ast.Attribute(value=inner, attr=method)):
                if method in _SAME_IDS:
                    return self.tokenizing_of(inner)
                return known if method == "encode" and kind_of(self.facts, inner) == "tokenizer" else None
            case ast.Attribute(value=inner, attr="input_ids"):
                return self.encoding(inner)
            case ast.Subscript(value=inner, slice=key) if self.facts.constant(key) == "input_ids":
                return self.encoding(inner)
            case ast.Subscript(value=inner, slice=key) if self.facts.constant(key) == 0:
                return self.tokenizing_of(inner)
        return None

    def encoding(self, expr: ast.expr) -> ast.Call | None:
        """The call of a tokenizer that returned this."""
        found = self.facts.resolve(expr)
        while (
            isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute) and found.func.attr == "to"
        ):
            found = self.facts.resolve(found.func.value)
        return found if isinstance(found, ast.Call) and kind_of(self.facts, found) == "encoding" else None

    @cached_property
    def masks_with_ignored(self) -> bool:
        """Whether -100 is written anywhere (comparing is not writing), or a loss is told what to ignore."""
        return any(
            (is_ignored(node) and self._is_written(node))
            or (isinstance(node, ast.keyword) and node.arg == "ignore_index")
            for node in self.facts.nodes
        )

    @property
    def relabels(self) -> bool:
        """Whether a collator makes labels anew."""
        return any(use.made in OF_LANGUAGE_MODELS for use in self.collators)

    @cached_property
    def pad_is_end(self) -> bool:
        """Whether the script makes the end token its pad, by assignment."""
        return any(
            isinstance(node, ast.Assign)
            and any(getattr(target, "attr", "") in {"pad_token", "pad_token_id"} for target in node.targets)
            and getattr(node.value, "attr", "") in {"eos_token", "eos_token_id"}
            for node in self.facts.nodes
        )

    def _is_written(self, node: ast.AST) -> bool:
        parent = self.facts.parents[node]
        if isinstance(parent, ast.keyword) and parent.arg == "label_pad_token_id":
            return False
        return not isinstance(parent, ast.Compare)

    def _label_expressions(self) -> Iterator[ast.expr]:
        for node in self.facts.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Subscript) and self.facts.constant(target.slice) == "labels":
                        yield node.value
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is not None and self.facts.constant(key) == "labels":
                        yield value
            elif isinstance(node, ast.keyword) and node.arg == "labels":
                yield node.value

    def _tokenizing_function(self, expr: ast.expr) -> Function | None:
        """The function given to `map`; of a lambda that only passes its row on, the function behind it."""
        function = self.facts.defined(expr)
        if isinstance(function, ast.Lambda) and isinstance(function.body, ast.Call):
            behind = self.facts.defined(function.body.func)
            function = behind if behind is not None else function
        return function if function is not None and self._tokenizes(function) else None

    def _tokenizes(self, function: Function) -> bool:
        return any(True for _ in self.tokenizings(function))

    # ---- generation --------------------------------------------------------------------------------

    @cached_property
    def generations(self) -> list[Use]:
        """Every `generate` of a model."""
        return [
            Use(call, self._arguments_of_generate(call), "generate")
            for call in self.facts.calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr == "generate"
            and kind_of(self.facts, call.func.value) == "model"
        ]

    def _arguments_of_generate(self, call: ast.Call) -> Arguments:
        """The arguments; `**inputs`, the encoding of a tokenizer, hides no settings of generation."""
        found = self.facts.arguments(call)
        unfolded = [keyword.value for keyword in call.keywords if keyword.arg is None]
        found.complete |= bool(unfolded) and all(kind_of(self.facts, one) == "encoding" for one in unfolded)
        return found

    def generation_input(self, generation: Use) -> ast.Call | None:
        """The call of a tokenizer whose ids are given to `generate`."""
        for keyword in generation.call.keywords:
            if keyword.arg is None:
                return self.encoding(keyword.value)
        given = generation.arguments.get("input_ids") or generation.arguments.get("inputs", 0)
        if given is None:
            return None
        return self.tokenizing_of(given)


def is_ignored(node: ast.AST) -> bool:
    """Whether an expression is -100, the label that no loss looks at."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=100)):
            return True
    return False
