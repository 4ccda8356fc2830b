"""Every rule fires on its faulty script, alone, and on no healthy look-alike."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from workup.examine.check import HEADINGS
from workup.examine.script.check import examine_script
from workup.examine.script.rules import RULES
from workup.examine.script.source import parse_script

HEALTHY = Path(__file__).parents[2] / "scripts" / "healthy"
TRAINER = (HEALTHY / "trainer.py").read_text(encoding="utf-8")
LOOP = (HEALTHY / "loop.py").read_text(encoding="utf-8")
Change = tuple[str, str]


def changed(script, *changes):
    """The script with every (old, new) of the changes; an old text that is not there is an error."""
    for old, new in changes:
        assert old in script, old
        script = script.replace(old, new)
    return script


def codes(text, version="5.18"):
    report = examine_script(parse_script(Path("train.py"), text), version)
    assert not report.broken, report.broken
    return [finding.code for finding in report.findings]


@dataclass(frozen=True)
class Case:
    """A rule, the changes that make a healthy script faulty, and those that only look like it."""

    code: str
    faulty: tuple[Change, ...]
    healthy: tuple[Change, ...]
    base: str = TRAINER
    version: str = "5.18"


TARGET = (
    'encoded["labels"] = tokenizer(text_target=row["colour"], truncation=True, max_length=24)["input_ids"]'
)
PADDED = 'target = tokenizer(row["colour"], truncation=True, padding="max_length", max_length=24)'
GENERATE = "model.generate(**inputs, max_new_tokens=32)"
RATE = "learning_rate=3e-4,"
LOADED = 'model = AutoModelForSeq2SeqLM.from_pretrained("t5-small")'
MAP = 'parts = rows.map(tokenize, remove_columns=rows["train"].column_names)'
COLLATOR = "collator = DataCollatorForSeq2Seq(tokenizer, model=model)"
STEP = "model(**inputs, labels=labels)"

CASES = (
    Case(
        "SCR001",
        (("processing_class=tokenizer", "tokenizer=tokenizer"),),
        (("compute_metrics=compute_metrics", "compute_metrics=compute_metrics, callbacks=[]"),),
    ),
    Case(
        "SCR001",
        ((RATE, "learning_rate=3e-4, warmup_ratio=0.1,"),),
        ((RATE, "learning_rate=3e-4, warmup_steps=0.1,"),),
    ),
    Case(
        "SCR001",
        ((RATE, "learning_rate=3e-4, **extra,"), ("args = Seq", "extra = {'adafactor': True}\nargs = Seq")),
        ((RATE, "learning_rate=3e-4, **extra,"), ("args = Seq", "extra = {'max_steps': 100}\nargs = Seq")),
    ),
    Case(
        "SCR001",
        (("trainer.train()", "trainer.train()\nprint(trainer.tokenizer)"),),
        (("trainer.train()", "trainer.train()\nprint(trainer.processing_class)"),),
    ),
    Case(
        "SCR001",
        (("import numpy as np\n", "import numpy as np\nfrom transformers import MT5Tokenizer\n"),),
        (
            (
                "import numpy as np\n",
                "import numpy as np\ntry:\n    import transformers.onnx\nexcept ImportError:\n    pass\n",
            ),
        ),
    ),
    Case(
        "SCR001",
        (
            (
                "import numpy as np\n",
                "import numpy as np\nfrom transformers import pipeline\nask = pipeline('summarization')\n",
            ),
        ),
        (
            (
                "import numpy as np\n",
                "import numpy as np\nfrom transformers import pipeline\nask = pipeline('text-generation')\n",
            ),
        ),
    ),
    Case(
        "SCR002",
        ((RATE, 'learning_rate=3e-4, train_sampling_strategy="group_by_length",'),),
        ((RATE, "learning_rate=3e-4, group_by_length=True,"),),
        version="4.57",
    ),
    Case(
        "SCR003",
        (("truncation=True, max_length=64", "truncation=True, max_length=64, pad_to_max_length=True"),),
        (("truncation=True, max_length=64", 'truncation=True, max_length=64, padding="max_length"'),),
    ),
    Case(
        "SCR010",
        ((TARGET, f'{PADDED}\n    encoded["labels"] = target["input_ids"]'),),
        (
            (
                TARGET,
                f"{PADDED}\n    ids = target['input_ids']\n"
                '    encoded["labels"] = [i if i != tokenizer.pad_token_id else -100 for i in ids]',
            ),
        ),
    ),
    Case(
        "SCR010",
        (
            (TARGET, f"{PADDED}\n    encoded['labels'] = target.input_ids"),
            (COLLATOR, "collator = DataCollatorForSeq2Seq(tokenizer, model=model, label_pad_token_id=-100)"),
        ),
        ((TARGET, f"{PADDED}\n    encoded['target_ids'] = target.input_ids"),),
    ),
    Case(
        "SCR010",
        (("        labels[labels == tokenizer.pad_token_id] = -100\n", ""),),
        (("        labels[labels == tokenizer.pad_token_id] = -100\n", ""), ("padding=True, ", "")),
        base=LOOP,
    ),
    Case(
        "SCR010",
        (
            (
                TARGET,
                "targets = tokenizer(row['colour'], padding='max_length')\n"
                "    labels = targets.input_ids\n    encoded['labels'] = labels.copy()",
            ),
        ),
        (
            (TARGET, "encoded['labels'] = tokenizer(row['colour'], padding='max_length').input_ids"),
            ("def prompt_of", "tokenizer.pad_token = tokenizer.eos_token\n\n\ndef prompt_of"),
        ),
    ),
    Case(
        "SCR011",
        ((STEP, "model(**inputs, labels=labels, decoder_input_ids=labels)"),),
        ((STEP, "model(**inputs, labels=labels, decoder_input_ids=model._shift_right(labels))"),),
        base=LOOP,
    ),
    Case(
        "SCR011",
        ((STEP, "model(**inputs, labels=labels.masked_fill(labels == 0, -100), decoder_input_ids=labels)"),),
        ((STEP, "model(**inputs, labels=labels, decoder_input_ids=shifted)"),),
        base=LOOP,
    ),
    Case(
        "SCR012",
        ((STEP, "model(**inputs, labels=labels[:, 1:], decoder_input_ids=labels[:, :-1])"),),
        (
            (STEP, "model(**inputs, labels=labels[:, 1:], decoder_input_ids=labels[:, :-1])"),
            (
                "loss = model",
                "labels = begun(labels, model.config.decoder_start_token_id)\n        loss = model",
            ),
        ),
        base=LOOP,
    ),
    Case(
        "SCR020",
        (
            ("    DataCollatorForSeq2Seq,", "    default_data_collator,"),
            (COLLATOR, "collator = default_data_collator"),
        ),
        (
            ("    DataCollatorForSeq2Seq,", "    default_data_collator,"),
            (COLLATOR, "collator = default_data_collator"),
            ("max_length=64)", "max_length=64, padding='max_length')"),
            (TARGET, f'{PADDED}\n    encoded["labels"] = [i or -100 for i in target["input_ids"]]'),
        ),
    ),
    Case(
        "SCR020",
        (("    data_collator=collator,\n", ""),),
        (("    data_collator=collator,\n", ""), (RATE, "learning_rate=3e-4, per_device_train_batch_size=1,")),
    ),
    Case(
        "SCR021",
        (
            ("    DataCollatorForSeq2Seq,", "    DataCollatorForLanguageModeling,"),
            (COLLATOR, "collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)"),
        ),
        ((COLLATOR, "collator = DataCollatorForSeq2Seq(tokenizer, model)"),),
    ),
    Case(
        "SCR022",
        ((RATE, "learning_rate=3e-4, label_smoothing_factor=0.1,"), (", model=model)", ")")),
        ((", model=model)", ")"), (RATE, "learning_rate=3e-4, label_smoothing_factor=0.0,")),
    ),
    Case(
        "SCR023",
        ((", model=model)", ", model=model, label_pad_token_id=tokenizer.pad_token_id)"),),
        ((", model=model)", ", model=model, label_pad_token_id=-100)"),),
    ),
    Case(
        "SCR024",
        (
            (MAP, "parts = rows.map(tokenize)"),
            ("trainer.train()", "print(collator([parts['train'][0], parts['train'][1]]))\ntrainer.train()"),
        ),
        (
            (MAP, "parts = rows.map(tokenize).remove_columns(['text', 'colour'])"),
            ("trainer.train()", "print(collator([parts['train'][0], parts['train'][1]]))\ntrainer.train()"),
        ),
    ),
    Case(
        "SCR024",
        ((MAP, "parts = rows.map(tokenize)"), (RATE, "learning_rate=3e-4, remove_unused_columns=False,")),
        ((MAP, "parts = rows.map(tokenize)"),),
    ),
    Case(
        "SCR030",
        (('tokenizer(prompt_of(text), return_tensors="pt")', 'tokenizer(text, return_tensors="pt")'),),
        (
            ('tokenizer(prompt_of(text), return_tensors="pt")', 'tokenizer(text, return_tensors="pt")'),
            ('predict("a lime")', 'predict(prompt_of("a lime"))'),
        ),
    ),
    Case(
        "SCR030",
        (("tokenizer(prompt_of(text), ret", 'tokenizer("name the colour:" + text, ret'),),
        (("tokenizer(prompt_of(text), ret", 'tokenizer("name the colour: " + text, ret'),),
    ),
    Case(
        "SCR030",
        (
            ("tokenizer(prompt_of(text), ret", "tokenizer(text, ret"),
            (
                'print(predict("a lime"))',
                'for text, wanted in [("a lime", "green"), ("a plum", "purple")]:\n    predict(text)',
            ),
        ),
        (
            ("tokenizer(prompt_of(text), ret", "tokenizer(text, ret"),
            ('print(predict("a lime"))', "for text in read_texts():\n    predict(text)"),
        ),
    ),
    Case(
        "SCR030",
        (("tokenizer(prompt_of(text), ret", 'tokenizer("colour of {}".format(text), ret'),),
        (("tokenizer(prompt_of(text), ret", 'tokenizer("name the colour: {}".format(text), ret'),),
    ),
    Case(
        "SCR030",
        (
            ("def predict(text):", "def predict(text, prefix):"),
            ("tokenizer(prompt_of(text), ret", "tokenizer(prefix + text, ret"),
            ('predict("a lime")', 'predict("a lime", "colour: ")'),
        ),
        (
            ("def predict(text):", "def predict(text, prefix):"),
            ("tokenizer(prompt_of(text), ret", "tokenizer(prefix + text, ret"),
            ('predict("a lime")', 'predict("a lime", "colour: "), predict("a lime", "name the colour: ")'),
        ),
    ),
    Case(
        "SCR031",
        (
            (
                "import numpy as np\n",
                "from datasets import Dataset\nextra = [{'text': 'a lime', 'colour': 'green'}]\n",
            ),
            ("trainer.train()", "print(len(Dataset.from_list(extra)))\ntrainer.train()"),
        ),
        (
            (
                "import numpy as np\n",
                "from datasets import Dataset\nextra = [{'text': 'a leaf', 'colour': 'green'}]\n",
            ),
            ("trainer.train()", "print(len(Dataset.from_list(extra)))\ntrainer.train()"),
        ),
    ),
    Case(
        "SCR040",
        (("    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)\n", ""),),
        (
            ("    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)\n", ""),
            ("batch_decode(labels,", "batch_decode([[i for i in row if i != -100] for row in labels],"),
        ),
    ),
    Case(
        "SCR040",
        (("    predictions = np.where(predictions != -100, predictions, tokenizer.pad_token_id)\n", ""),),
        (
            ("    predictions = np.where(predictions != -100, predictions, tokenizer.pad_token_id)\n", ""),
            ("generation_max_length=32", "generation_max_length=20"),
        ),
    ),
    Case(
        "SCR040",
        (
            ("    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)\n", ""),
            ("wanted = tokenizer.batch_decode(labels", "labels = wanted = tokenizer.batch_decode(labels"),
        ),
        (
            (
                "    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)\n",
                "    labels[labels < 0] = tokenizer.pad_token_id\n",
            ),
            ("wanted = tokenizer.batch_decode(labels", "labels = wanted = tokenizer.batch_decode(labels"),
        ),
    ),
    Case(
        "SCR041",
        (
            ("    predict_with_generate=True,\n    generation_max_length=32,\n", ""),
            (
                "said = tokenizer.batch_decode(predictions",
                "said = tokenizer.batch_decode(predictions.argmax(-1)",
            ),
        ),
        (
            (
                "said = tokenizer.batch_decode(predictions",
                "said = tokenizer.batch_decode(predictions.argmax(-1)",
            ),
        ),
    ),
    Case(
        "SCR050",
        ((GENERATE, "model.generate(**inputs)"),),
        ((GENERATE, "model.generate(**inputs)"), ("max_length=24", "max_length=8")),
    ),
    Case(
        "SCR050",
        (("    generation_max_length=32,\n", ""),),
        (
            ("    generation_max_length=32,\n", ""),
            ("trainer.train()", "model.generation_config.max_length = 64\ntrainer.train()"),
        ),
    ),
    Case(
        "SCR051",
        (
            ('return_tensors="pt")', 'return_tensors="pt", padding=True)'),
            (GENERATE, "model.generate(inputs.input_ids, max_new_tokens=32)"),
        ),
        (
            ('return_tensors="pt")', 'return_tensors="pt", padding=True)'),
            (
                GENERATE,
                "model.generate(inputs.input_ids, attention_mask=inputs.attention_mask, max_new_tokens=32)",
            ),
        ),
    ),
    Case(
        "SCR052",
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, temperature=0.7)"),),
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, temperature=0.7, do_sample=True)"),),
    ),
    Case(
        "SCR052",
        ((LOADED, f"{LOADED}\nmodel.generation_config.top_p = 0.9"),),
        (
            (
                LOADED,
                f"{LOADED}\nmodel.generation_config.top_p = 0.9\nmodel.generation_config.do_sample = True",
            ),
        ),
    ),
    Case(
        "SCR053",
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, no_repeat_ngram_size=2)"),),
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, repetition_penalty=1.0)"),),
    ),
    Case(
        "SCR054",
        ((LOADED, f"{LOADED}\nmodel.config.num_beams = 4"),),
        ((LOADED, f"{LOADED}\nmodel.generation_config.num_beams = 4"),),
    ),
    Case(
        "SCR055",
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, early_stopping=True)"),),
        ((GENERATE, "model.generate(**inputs, max_new_tokens=32, early_stopping=True, num_beams=4)"),),
    ),
    Case(
        "SCR060",
        ((LOADED, 'model = AutoModelForSeq2SeqLM.from_pretrained("google/mt5-small")'),),
        ((LOADED, 'model = AutoModelForSeq2SeqLM.from_pretrained("google/flan-t5-base")'),),
    ),
    Case(
        "SCR061",
        ((LOADED, LOADED.replace(")", ", tie_word_embeddings=False)")),),
        ((LOADED, LOADED.replace('t5-small")', 'google/flan-t5-small", tie_word_embeddings=False)')),),
    ),
    Case(
        "SCR062",
        ((LOADED, f"{LOADED}\nmodel.resize_token_embeddings(len(tokenizer))"),),
        (
            (
                LOADED,
                f"{LOADED}\ntokenizer.add_tokens([f'<{{n}}>' for n in range(90)])\n"
                "model.resize_token_embeddings(len(tokenizer))",
            ),
        ),
    ),
    Case(
        "SCR062",
        (
            (
                LOADED,
                f"{LOADED}\ntokenizer.add_tokens(['<a>', '<b>'])\n"
                "model.resize_token_embeddings(len(tokenizer))",
            ),
        ),
        (
            (
                LOADED,
                f"{LOADED}\nif len(tokenizer) > model.config.vocab_size:\n"
                "    model.resize_token_embeddings(len(tokenizer))",
            ),
        ),
    ),
    Case(
        "SCR063",
        (("optimizer = ", 'model.load_state_dict(torch.load("old.pt"), strict=False)\noptimizer = '),),
        (
            (
                "optimizer = ",
                'missing, _ = model.load_state_dict(torch.load("old.pt"), strict=False)\noptimizer = ',
            ),
        ),
        base=LOOP,
    ),
    Case(
        "SCR064",
        (
            ("for epoch in", "model = get_peft_model(model, LoraConfig())\nfor epoch in"),
            ("import torch\n", "import torch\nfrom peft import LoraConfig, get_peft_model\n"),
        ),
        (
            ("optimizer = ", "model = get_peft_model(model, LoraConfig())\noptimizer = "),
            ("import torch\n", "import torch\nfrom peft import LoraConfig, get_peft_model\n"),
        ),
        base=LOOP,
    ),
    Case(
        "SCR064",
        (("for epoch in", f"{LOADED}\nfor epoch in"),),
        (("torch.save(", f"{LOADED}\ntorch.save("),),
        base=LOOP,
    ),
    Case(
        "SCR070",
        ((RATE, "learning_rate=3e-4, fp16=True,"),),
        ((RATE, "learning_rate=3e-4, fp16=True,"), ('"t5-small"', '"facebook/bart-base"')),
    ),
    Case("SCR071", ((RATE, "learning_rate=1e-6,"),), ((RATE, "learning_rate=1e-4,"),)),
    Case("SCR071", ((RATE, ""),), ((RATE, ""), ('"t5-small"', '"facebook/bart-base"'))),
    Case(
        "SCR072",
        ((RATE, "learning_rate=3e-4, warmup_steps=1000, max_steps=300,"),),
        ((RATE, "learning_rate=3e-4, warmup_steps=1000,"),),
    ),
    Case(
        "SCR073",
        ((RATE, 'learning_rate=3e-4, load_best_model_at_end=True, metric_for_best_model="cer",'),),
        ((RATE, 'learning_rate=3e-4, load_best_model_at_end=True, metric_for_best_model="eval_loss",'),),
    ),
    Case(
        "SCR074",
        (("    model.train()\n", ""), ("for epoch in", "model.train()\nfor epoch in")),
        (
            ("    model.train()\n", ""),
            ("    model.eval()\n", ""),
            ("for epoch in", "model.train()\nfor epoch in"),
        ),
        base=LOOP,
    ),
    Case("SCR074", (("    model.train()\n", ""), ("    model.eval()\n", "")), (), base=LOOP),
    Case(
        "SCR075",
        ((", shuffle=True", ""),),
        (
            (", shuffle=True", ""),
            ("import torch\n", "import random\nimport torch\n"),
            ("loader = ", "random.shuffle(rows)\nloader = "),
        ),
        base=LOOP,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_rule_fires_on_its_fault_alone_and_not_on_what_looks_like_it(case):
    assert codes(changed(case.base, *case.faulty), case.version) == [case.code]
    assert codes(changed(case.base, *case.healthy), case.version) == []


def test_methods_of_a_class_are_followed_as_functions_are():
    text = """
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

class Painter:
    def __init__(self):
        self.tokenizer = AutoTokenizer.from_pretrained("t5-small")
        self.model = AutoModelForSeq2SeqLM.from_pretrained("t5-small")

    def tokenize(self, row):
        return self.tokenizer("colour: " + row["text"], text_target=row["colour"])

    def rows(self, rows):
        return rows.map(self.tokenize)

    def answer(self, text):
        inputs = self.tokenizer(text, return_tensors="pt")
        return self.model.generate(**inputs, max_new_tokens=8)

    def show(self, rows):
        for row in rows:
            self.answer(row["text"])
"""
    assert codes(text) == ["SCR030"]
    assert codes(text.replace('answer(row["text"])', 'answer("colour: " + row["text"])')) == []


def test_labels_that_a_collator_makes_anew_are_not_judged():
    text = """
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling
tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = AutoModelForCausalLM.from_pretrained("gpt2")
collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
def tokenize(row):
    encoded = tokenizer(row["text"], padding="max_length")
    encoded["labels"] = encoded["input_ids"].copy()
    return encoded
rows = rows.map(tokenize)
"""
    assert codes(text) == []


def test_a_comment_on_the_line_allows_a_rule_by_name_or_code():
    faulty = changed(TRAINER, (RATE, "learning_rate=3e-4,\n    warmup_ratio=0.1,"))
    assert codes(faulty) == ["SCR001"]
    for allowed in ("gone-name", "SCR001", "other, gone-name"):
        assert (
            codes(faulty.replace("warmup_ratio=0.1,", f"warmup_ratio=0.1,  # workup: allow {allowed}")) == []
        )
    assert codes(f"# workup: allow gone-name\n{faulty}") == ["SCR001"]


def test_a_finding_names_its_line_and_findings_stand_in_the_order_of_lines():
    text = changed(TRAINER, (RATE, "learning_rate=1e-6,\n    fp16=True,\n    warmup_ratio=0.1,"))
    findings = examine_script(parse_script(Path("train.py"), text), "5.18").findings
    lines = text.split("\n")
    shown = [lines[int(finding.place.removeprefix("train.py:")) - 1].strip() for finding in findings]
    assert shown == ["learning_rate=1e-6,", "fp16=True,", "warmup_ratio=0.1,"]


GUIDE = Path(__file__).parents[2] / "scripts" / "guide"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first.py", ["SCR010", "SCR071", "SCR001", "SCR051"]),
        ("validation.py", ["SCR001", "SCR010", *["SCR001"] * 8]),
        ("prefix.py", ["SCR010", "SCR024", "SCR001", "SCR050", "SCR030"]),
        ("final.py", ["SCR010", "SCR001", "SCR053"]),
    ],
)
def test_the_scripts_of_the_guide_are_seen_through(name, expected):
    assert codes((GUIDE / name).read_text(encoding="utf-8")) == expected


def test_every_rule_has_a_case():
    assert {case.code for case in CASES} == {rule.code for rule in RULES}


@pytest.mark.parametrize("script", [TRAINER, LOOP], ids=["trainer", "loop"])
def test_the_healthy_scripts_are_healthy_for_both_versions(script):
    text = changed(script)
    assert codes(text, "5.18") == codes(text, "4.57") == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented_under_every_heading(rule):
    assert list(rule.sections()) == list(HEADINGS)
    assert all(rule.sections().values())
    assert rule.summary.endswith(".")
    assert set(rule.needs) <= {"facts", "roles", "version"}


def test_codes_and_names_of_rules_are_unique():
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
