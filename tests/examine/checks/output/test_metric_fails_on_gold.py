import numpy as np
import pytest
from transformers import (
    AutoModelForSeq2SeqLM,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from workup.examine.checks.output.metric_fails_on_gold import metric_fails_on_gold as check
from workup.examine.finding import Severity

TEXTS = ["yellow and green", "red", "green and blue", "black and red and white"]


@pytest.fixture
def parts(tokenizer, tiny_t5, tmp_path):
    rows = [dict(tokenizer("a thing", text_target=text)) for text in TEXTS]
    return {
        "model": AutoModelForSeq2SeqLM.from_pretrained(tiny_t5),
        "arguments": Seq2SeqTrainingArguments(
            output_dir=str(tmp_path),
            predict_with_generate=True,
            generation_max_length=8,
            per_device_eval_batch_size=2,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        ),
        "eval_rows": [
            {name: row[name] for name in ("input_ids", "attention_mask", "labels")} for row in rows
        ],
    }


def exact(tokenizer, replace=True, prefix=""):
    """A metric as scripts write it: exact match of decoded texts."""

    def compute_metrics(evaluated):
        said, labels = evaluated
        if replace:
            said, labels = (np.where(ids < 0, tokenizer.pad_token_id, ids) for ids in (said, labels))
        texts = tokenizer.batch_decode(said, skip_special_tokens=True)
        wanted = tokenizer.batch_decode(labels, skip_special_tokens=True)
        right = [text == prefix + expected for text, expected in zip(texts, wanted, strict=True)]
        return {"exact_match": float(np.mean(right)), "gen_len": 3.5}

    return compute_metrics


def test_ids_below_zero_that_reach_decoding_are_found_before_they_stop_the_training(
    examined, parts, tokenizer
):
    metric = exact(tokenizer, replace=False)
    (finding,) = examined(check, None, compute_metrics=metric, **parts)
    assert finding.severity is Severity.ERROR
    assert "because -100 reaches the decoding" in finding.summary
    trainer = Seq2SeqTrainer(
        model=parts["model"],
        args=parts["arguments"],
        eval_dataset=parts["eval_rows"],
        data_collator=DataCollatorForSeq2Seq(tokenizer, model=parts["model"]),
        compute_metrics=metric,
        processing_class=tokenizer,
    )
    with pytest.raises(OverflowError):
        trainer.evaluate()


def test_a_metric_that_replaces_them_is_sound(examined, parts, tokenizer):
    assert not examined(check, None, compute_metrics=exact(tokenizer), **parts)


def test_texts_of_two_forms_are_never_equal(examined, parts, tokenizer):
    metric = exact(tokenizer, prefix="colour: ")
    (finding,) = examined(check, None, compute_metrics=metric, **parts)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["exact_match"] == 0.0


@pytest.mark.parametrize(
    ("scores", "sound"),
    [
        ({"bleu": 100.0, "gen_len": 4.2}, True),
        ({"wer": 0.0, "rougeL": 1.0}, True),
        ({"eval_meteor": 0.993}, True),
        ({"wer": 0.4}, False),
        ({"bleu": 0.0}, False),
        ({"brevity_penalty": 0.5, "loss": 2.0}, True),
    ],
)
def test_scores_are_known_by_their_names(examined, parts, scores, sound):
    findings = examined(check, None, compute_metrics=lambda evaluated: scores, **parts)
    assert bool(findings) is not sound
    assert all(finding.severity is Severity.WARNING for finding in findings)


def test_a_failure_of_another_kind_says_which(examined, parts):
    def compute_metrics(evaluated):
        raise KeyError("references")

    (finding,) = examined(check, None, compute_metrics=compute_metrics, **parts)
    assert "KeyError" in finding.summary


def test_where_nothing_is_generated_the_metric_gets_something_else(examined, parts, tokenizer):
    parts["arguments"].predict_with_generate = False
    assert not examined(check, None, compute_metrics=exact(tokenizer, replace=False), **parts)
