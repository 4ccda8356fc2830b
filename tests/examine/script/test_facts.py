import ast
from pathlib import Path

import pytest

from workup.examine.script.check import examine_script
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.source import parse_script
from workup.examine.script.texts import leads


def facts_of(text):
    return Facts(parse_script(Path("train.py"), text))


def last(facts):
    """The expression in the last line."""
    statement = facts.script.tree.body[-1]
    assert isinstance(statement, ast.Expr)
    return statement.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = 3\nb = a * 2\nb", 6),
        ("a = 'x'\nf'{a}y' + 'z'", "xyz"),
        ("c = {'n': [1, -2]}\nc['n'][1]", -2),
        ("a = 1\na = 2\na", 2),
        ("a, b = 1, 2\nb", 2),
        ("a = 1\nif a:\n    a = 2\na", UNKNOWN),
        ("for a in [1]:\n    pass\na", UNKNOWN),
        ("c = {'n': 1}\nc['n'] = 2\nc['n']", UNKNOWN),
        ("c = [1]\nc.append(2)\nc", UNKNOWN),
        ("a = a\na", UNKNOWN),
        ("a = b\nb = a\na", UNKNOWN),
        ("+".join(["1"] * 2000), UNKNOWN),
        ("a = 1\na += 1\na", UNKNOWN),
        ("1 / 0", UNKNOWN),
        ("f(1)", UNKNOWN),
    ],
)
def test_only_what_can_have_one_value_is_constant(text, value):
    facts = facts_of(text)
    assert facts.constant(last(facts)) == value


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("from transformers import Trainer\nTrainer", "transformers.Trainer"),
        ("from transformers.trainer import Trainer as T\nT", "transformers.Trainer"),
        ("import transformers as t\nt.Trainer", "transformers.Trainer"),
        ("from transformers import *\nTrainer", "transformers.Trainer"),
        ("from transformers import Trainer\nclass Own(Trainer):\n    pass\nOwn", "transformers.Trainer"),
        ("from transformers import Trainer\nclass Own(Trainer):\n    def __init__(self): ...\nOwn", ""),
        ("from transformers import Trainer\nTrainer = 3\nTrainer", ""),
        ("Trainer", ""),
        ("class A(B): ...\nclass B(A): ...\nA", ""),
    ],
)
def test_the_origin_of_a_name_is_where_it_is_imported_from(text, origin):
    facts = facts_of(text)
    assert facts.origin(last(facts)) == origin


def test_keyword_dicts_are_unfolded_and_unknown_ones_leave_the_arguments_open():
    facts = facts_of("more = dict(b=2)\nf(**{'a': 1}, **more, c=3)")
    known = facts.arguments(last(facts))
    assert {name: facts.constant(value) for name, value in known.keywords.items()} == {"a": 1, "b": 2, "c": 3}
    assert known.complete
    facts = facts_of("more = {'b': 2}\nmore['c'] = 3\nf(a=1, **more)")
    assert not facts.arguments(last(facts)).lacks("c")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("t = T5Tokenizer.from_pretrained('t5-small')\nt", "tokenizer"),
        ("t = T5Tokenizer.from_pretrained('t5-small')\ne = t('x').to('cpu')\ne", "encoding"),
        ("m = T5ForConditionalGeneration.from_pretrained('x').to('cpu')\nm = m.eval()\nm", "model"),
        ("m = T5ForConditionalGeneration.from_pretrained('x')\nm.config", "config"),
        ("class Own(Trainer):\n    def __init__(self, x): ...\no = Own(1)\no", "trainer"),
        ("model = 5\nmodel", ""),
        ("def make():\n    return 1\nmodel = make()\nmodel", "model"),
    ],
)
def test_what_objects_are_follows_from_how_they_are_made(text, kind):
    facts = facts_of(f"from transformers import T5ForConditionalGeneration, T5Tokenizer, Trainer\n{text}")
    assert kind_of(facts, last(facts)) == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'a: ' + x", [("a: ", "unknown")]),
        ("f'a: {row[\"t\"]} b'", [("a: ", "column")]),
        ("P = 'a: '\n[P + t for t in rows['t']]", [("a: ", "column")]),
        ("'a: {} {}'.format(x, y)", [("a: ", "unknown")]),
        ("'a: %s' % x", [("a: ", "unknown")]),
        ("def make(t):\n    return 'a: ' + t\nmake(row['t'])", [("a: ", "column")]),
        ("input()", [("", "typed")]),
        ("for t in ['x', 'y']:\n    pass\nt", [("x", "end"), ("y", "end")]),
        ("for t, w in [('x', 1), ('y', 2)]:\n    pass\nt", [("x", "end"), ("y", "end")]),
        ("for r in [{'t': 'x'}]:\n    pass\nr['t']", [("x", "end")]),
    ],
)
def test_texts_are_known_by_their_beginning(text, told):
    facts = facts_of(text)
    assert [(lead.text, lead.then) for lead in leads(facts, last(facts))] == told


@pytest.mark.parametrize(
    "text",
    [
        "from own import *\nids = ids.clone()\nrow['labels'] = ids",
        "from own import *\ninputs = inputs.to('cpu')\nmodel.generate(**inputs)",
        "from own import *\nrows = rows[0]\ndata_collator([rows[1]])",
        "while x:\n    a = b.to(0)\n    b = a.to(0)\n    model(labels=a, decoder_input_ids=b)",
        f"x = {'[' * 80}{']' * 80}",
    ],
)
def test_names_that_lead_back_to_themselves_are_no_riddle(text):
    script = parse_script(Path("train.py"), f"from transformers import default_data_collator\n{text}\n")
    assert not examine_script(script, "5.18").broken
