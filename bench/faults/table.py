"""What is wrong with every script: the truth that the examination is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workup.examine.finding import Stage

HERE = Path(__file__).parent
Harm = Literal["crash", "worse", "better than true", "none"]


@dataclass(frozen=True)
class Fault:
    """A script with one fault.

    Attributes:
        name: the script is scripts/<name>.py; the name begins with the family of its model.
        stage: where the fault is.
        codes: checks and crashes whose finding names the cause; empty where there is none yet.
        has, lacks: a piece of code that only the faulty script has, or that only it lacks.
        twin: the healthy script that does the same without the fault.
        harm: what is expected: a crash, a worse score than without the fault, a better one than is true,
            or nothing on this task.
        only: the major version of transformers that has the fault; None: all.
    """

    name: str
    stage: Stage
    cause: str
    codes: tuple[str, ...]
    has: str = ""
    lacks: str = ""
    twin: str = "t5"
    harm: Harm = "worse"
    only: int | None = None

    @property
    def script(self) -> Path:
        return HERE / "scripts" / f"{self.name}.py"

    @property
    def family(self) -> str:
        """The folder of the model that the script begins with."""
        return self.name.partition("/")[0]


@dataclass(frozen=True)
class Healthy:
    """A script without a fault that looks as if it had one."""

    name: str
    looks_like: str
    family: str = "t5"

    @property
    def script(self) -> Path:
        return HERE / "healthy" / f"{self.name}.py"


FAULTS: tuple[Fault, ...] = (
    # environment
    Fault(
        "t5/evaluation_strategy",
        "environment",
        "an argument that was renamed: eval_strategy",
        ("CRA001",),
        has="evaluation_strategy",
        harm="crash",
    ),
    Fault(
        "t5/trainer_tokenizer",
        "environment",
        "an argument that was renamed: processing_class",
        ("CRA001",),
        has="    tokenizer=tokenizer",
        harm="crash",
        only=5,
    ),
    Fault(
        "t5/warmup_ratio",
        "environment",
        "an argument that is gone: warmup_steps takes a share",
        ("CRA001",),
        has="warmup_ratio",
        harm="crash",
        only=5,
    ),
    Fault(
        "t5/as_target_tokenizer",
        "environment",
        "a method that is gone: text_target",
        ("CRA003",),
        has="as_target_tokenizer",
        harm="crash",
        only=5,
    ),
    Fault(
        "t5/text2text_pipeline",
        "environment",
        "a pipeline that is gone",
        ("CRA005",),
        has="text2text-generation",
        harm="crash",
        only=5,
    ),
    Fault(
        "t5/accumulated_loss",
        "environment",
        "transformers 5 multiplies the loss by the accumulation",
        ("ENV001", "TRA014"),
        has="gradient_accumulation_steps=8",
        harm="none",
        only=5,
    ),
    Fault(
        "mt5/accumulated_loss",
        "environment",
        "transformers 5 multiplies the loss by the accumulation",
        ("ENV001", "TRA014"),
        has="gradient_accumulation_steps=8",
        twin="mt5",
        harm="none",
        only=5,
    ),
    Fault(
        "mt5/resize_overwrites_head",
        "environment",
        "resizing under transformers 5 overwrites the trained head",
        ("ENV007",),
        has="resize_token_embeddings",
        twin="mt5",
        harm="none",
        only=5,
    ),
    Fault(
        "t5/bf16_weights",
        "environment",
        "small updates of bf16 weights are rounded away",
        ("ENV002",),
        has="torch.bfloat16",
        harm="none",
    ),
    Fault(
        "t5/half_weights",
        "environment",
        "the weights are trained in fp16",
        ("ENV002", "ENV003", "ENV004"),
        has=".half()",
    ),
    Fault(
        "t5/fp16_argument",
        "environment",
        "T5 in mixed fp16",
        ("ENV003", "CRA013"),
        has="fp16=True",
        harm="none",
    ),
    # input
    Fault(
        "t5/pairs_shifted",
        "input",
        "every note stands beside the route of the next one",
        ("INP008",),
        has="in lines[1:]",
    ),
    Fault(
        "t5/sorted_rows",
        "input",
        "the rows are sorted by target and not shuffled",
        ("INP004",),
        has='.sort("route")',
        twin="plain_loop",
    ),
    Fault(
        "t5/one_target_dominates",
        "input",
        "98 % of the training rows have one target",
        ("INP003",),
        has="train_summer",
    ),
    Fault(
        "t5/contradictory_targets",
        "input",
        "every note stands with two routes",
        ("INP002",),
        has="train_two_mechanics",
    ),
    Fault(
        "t5/missing_targets",
        "input",
        'two thirds of the targets are the word "None"',
        ("INP001",),
        has="str(route)",
    ),
    Fault(
        "t5/tested_on_training_rows",
        "input",
        "the test rows are training rows",
        ("INP006",),
        has='rows["train"].shuffle(seed=1)',
        twin="few_rows",
        harm="better than true",
    ),
    Fault(
        "t5/evaluated_on_training_rows",
        "input",
        "the evaluation rows are training rows",
        ("INP006",),
        has='eval_dataset=tokenized["train"]',
        harm="none",
    ),
    Fault(
        "t5/five_test_rows",
        "input",
        "five rows prove nothing",
        ("INP007",),
        has="range(5)",
        harm="none",
    ),
    Fault(
        "t5/prefix_missing_in_prediction",
        "input",
        "the prefix of the training is missing in prediction",
        ("INP009",),
        lacks="[prefix + note for note in notes]",
        twin="two_tasks",
    ),
    Fault(
        "mt5/prefix_missing_in_prediction",
        "input",
        "the prefix of the training is missing in prediction",
        ("INP009",),
        lacks="[PREFIX + note for note in notes]",
        twin="mt5",
        harm="none",
    ),
    # tokenization
    Fault(
        "t5/no_end_in_targets",
        "tokenization",
        "the targets do not end in the end token",
        ("TOK005",),
        has="add_special_tokens=False",
    ),
    Fault(
        "bart/no_end_in_targets",
        "tokenization",
        "the targets do not end in the end token",
        ("TOK005",),
        has="add_special_tokens=False",
        twin="bart",
    ),
    Fault(
        "mt5/no_end_in_targets",
        "tokenization",
        "the targets do not end in the end token",
        ("TOK005",),
        has="add_special_tokens=False",
        twin="mt5",
    ),
    Fault(
        "t5/targets_cut",
        "tokenization",
        "the targets are cut at 12 tokens",
        ("TOK004",),
        has="max_length=12",
        twin="orders",
    ),
    Fault(
        "t5/sources_cut",
        "tokenization",
        "the deciding end of the sources is cut off",
        ("TOK003",),
        has="max_length=20",
    ),
    Fault(
        "t5/doubled_end",
        "tokenization",
        "the end token is written in the text and added again",
        ("TOK006",),
        has="</s>",
        harm="none",
    ),
    Fault(
        "t5/characters_lost",
        "tokenization",
        "the vocabulary cannot write braces and quotes",
        ("TOK001",),
        has="json.dumps",
    ),
    Fault(
        "t5/another_tokenizer_in_prediction",
        "tokenization",
        "predictions use a tokenizer that was trained anew",
        ("TOK007",),
        has="train_new_from_iterator",
    ),
    Fault(
        "t5/tokens_without_embedding",
        "tokenization",
        "tokens were added and the embedding was not resized",
        ("TOK008", "MOD004", "CRA046"),
        has="tokenizer.add_tokens",
        harm="crash",
    ),
    Fault(
        "t5/separator_skipped",
        "tokenization",
        "decoding skips a special token that has a meaning",
        ("TOK010",),
        lacks='.replace("<pad>", "")',
        twin="new_tokens",
    ),
    Fault(
        "t5/empty_tokenizer",
        "tokenization",
        "transformers 5 ignores the vocabulary file, and nearly all text is unknown",
        ("TOK009",),
        has="vocab_file=",
        only=5,
    ),
    Fault(
        "bart/positions_exceeded",
        "tokenization",
        "sources are longer than the model has positions",
        ("MOD012", "CRA045"),
        has="max_length=128",
        twin="bart",
        harm="crash",
    ),
    # batching
    Fault(
        "t5/pads_in_labels",
        "batching",
        "pads count in the loss",
        ("BAT003",),
        has='padding="max_length"',
    ),
    Fault(
        "bart/pads_in_labels",
        "batching",
        "pads count in the loss",
        ("BAT003",),
        has='padding="max_length"',
        twin="bart",
    ),
    Fault(
        "mt5/pads_in_labels",
        "batching",
        "pads count in the loss",
        ("BAT003",),
        has='padding="max_length"',
        twin="mt5",
    ),
    Fault(
        "t5/collator_pads_labels_with_pad",
        "batching",
        "the collator pads labels with the pad token",
        ("BAT003",),
        has="label_pad_token_id",
        harm="none",
    ),
    Fault(
        "t5/smoothing_with_pads",
        "batching",
        "pads count in the smoothed loss",
        ("BAT003",),
        has='padding="max_length"',
        twin="label_smoothing",
    ),
    Fault(
        "t5/end_masked_with_pads",
        "batching",
        "pad is the end token, and the end is masked with the pads",
        ("BAT004",),
        has="labels.masked_fill(labels == tokenizer.pad_token_id, -100)",
    ),
    Fault(
        "t5/labels_as_decoder_input",
        "batching",
        "the decoder is fed the labels, not shifted",
        ("BAT005",),
        has='batch["decoder_input_ids"] = labels',
    ),
    Fault(
        "t5/shifted_twice",
        "batching",
        "the labels lack their first token",
        ("BAT006",),
        has="ids[1:]",
    ),
    Fault(
        "t5/source_masks_labels",
        "batching",
        "a mask for decoder-only models hides all labels",
        ("BAT009",),
        has="[-100] * len(source)",
    ),
    Fault(
        "t5/source_in_labels",
        "batching",
        "the labels hold the source before the answer",
        ("BAT013",),
        has='f"{note} {route}"',
    ),
    Fault(
        "t5/text_columns",
        "batching",
        "text columns reach the collator",
        ("BAT001", "CRA039"),
        has="remove_unused_columns=False",
        harm="crash",
    ),
    Fault(
        "t5/labels_under_another_name",
        "batching",
        "the labels stand in a column that the Trainer drops",
        ("BAT002", "CRA042"),
        has='"target_ids"',
        harm="crash",
    ),
    Fault(
        "t5/columns_removed",
        "batching",
        "the Trainer drops the columns that the collator needs",
        ("CRA034", "BAT001", "BAT002"),
        has='train_dataset=rows["train"]',
        harm="crash",
    ),
    Fault(
        "t5/ragged_rows",
        "batching",
        "the collator does not pad",
        ("BAT011", "CRA040"),
        has="default_data_collator",
        harm="crash",
    ),
    Fault(
        "t5/smoothing_without_model",
        "batching",
        "label smoothing, and the collator does not know the model",
        ("BAT012", "CRA041"),
        lacks="DataCollatorForSeq2Seq(tokenizer, model=model)",
        harm="crash",
    ),
    Fault(
        "t5/no_attention_mask",
        "batching",
        "padded batches without an attention mask",
        ("BAT007",),
        has="pad_sequence",
        harm="none",
    ),
    Fault(
        "t5/mask_of_ones",
        "batching",
        "the attention mask is one over pads",
        ("BAT008",),
        has="[1] * len(ids)",
    ),
    Fault(
        "bart/mask_of_ones",
        "batching",
        "the attention mask is one over pads",
        ("BAT008",),
        has="[1] * len(ids)",
        twin="bart",
        harm="none",
    ),
    Fault(
        "bart/left_padding",
        "batching",
        "rows are padded on the left, and positions count from there",
        ("BAT014",),
        has='padding_side = "left"',
        twin="bart",
    ),
    Fault(
        "bart/shifted_by_hand",
        "batching",
        "the labels lack the begin token that generation is used to",
        ("BAT006",),
        has="ids[1:]",
        twin="bart",
        harm="none",
    ),
    # model
    Fault(
        "t5/embeddings_lost",
        "model",
        "the reloaded model's embeddings are random",
        ("MOD001",),
        has="tie_word_embeddings=False",
    ),
    Fault(
        "t5/weights_under_a_wrapper",
        "model",
        "no trained weight is loaded: all names begin with the wrapper's",
        ("MOD009",),
        has="strict=False",
    ),
    Fault(
        "t5/adapter_unties",
        "model",
        "the adapter trains copies of tied weights, which are tied again",
        ("MOD014", "MOD001", "MOD015"),
        has="modules_to_save",
        twin="lora",
    ),
    Fault(
        "t5/start_token_of_another_model",
        "model",
        "generation begins with another token than training",
        ("MOD002",),
        has="decoder_start_token_id",
    ),
    Fault(
        "bart/start_token_of_another_model",
        "model",
        "generation begins with another token than training",
        ("MOD002",),
        has="decoder_start_token_id",
        twin="bart",
    ),
    Fault(
        "t5/end_token_of_another_model",
        "model",
        "the generation config names another end token",
        ("MOD003",),
        has="eos_token_id=2",
        harm="none",
    ),
    Fault(
        "bart/first_token_forced",
        "model",
        "answers are forced to begin with a token that targets never begin with",
        ("MOD006",),
        has="forced_bos_token_id",
        twin="bart",
    ),
    Fault(
        "mt5/pretraining_only_base",
        "model",
        "a base that only knows gaps, trained too briefly",
        ("MOD011", "TRA001", "OUT003"),
        has="num_train_epochs=1",
        twin="mt5",
    ),
    # training
    Fault(
        "t5/trained_in_evaluation_mode",
        "training",
        "the loop never turns dropout on",
        ("TRA015",),
        lacks="model.train()",
        twin="plain_loop",
        harm="none",
    ),
    Fault(
        "t5/old_task_forgotten",
        "training",
        "trained on one task, the model forgets the others",
        ("TRA016",),
        lacks='["say the part: " + note',
        twin="two_tasks",
    ),
    Fault(
        "t5/few_steps",
        "training",
        "eight optimizer steps",
        ("TRA001",),
        has="num_train_epochs=1",
    ),
    Fault(
        "t5/accumulation_leaves_few_steps",
        "training",
        "the accumulation leaves eight optimizer steps",
        ("TRA001",),
        has="gradient_accumulation_steps=30",
    ),
    Fault(
        "t5/default_learning_rate",
        "training",
        "the default learning rate is too low for T5",
        ("TRA003",),
        lacks="learning_rate=",
    ),
    Fault(
        "mt5/default_learning_rate",
        "training",
        "the default learning rate is too low for mT5",
        ("TRA003",),
        lacks="learning_rate=",
        twin="mt5",
    ),
    Fault(
        "bart/learning_rate_too_low",
        "training",
        "the learning rate is too low",
        ("TRA003",),
        has="learning_rate=1e-6",
        twin="bart",
    ),
    Fault(
        "t5/learning_rate_too_high",
        "training",
        "the learning rate is too high",
        ("TRA004", "TRA007"),
        has="learning_rate=0.5",
    ),
    Fault(
        "bart/learning_rate_too_high",
        "training",
        "the learning rate is too high",
        ("TRA004", "TRA007"),
        has="learning_rate=1e-1",
        twin="bart",
    ),
    Fault(
        "t5/warmup_longer_than_run",
        "training",
        "the warm-up is twenty times as long as the training",
        ("TRA002",),
        has="warmup_steps=5000",
    ),
    Fault(
        "t5/schedule_ended",
        "training",
        "the learning rate is zero after an eighth of the training",
        ("TRA009",),
        has="get_linear_schedule_with_warmup(optimizer, 5, 30)",
    ),
    Fault(
        "t5/adafactor_without_rate",
        "training",
        "the schedule of Adafactor gives a learning rate of zero",
        ("TRA009",),
        has="AdafactorSchedule(optimizer)",
    ),
    Fault(
        "t5/optimizer_of_old_model",
        "training",
        "the optimizer holds the weights of a model that was thrown away",
        ("TRA005",),
        has="AdamW(model.parameters(), lr=2e-3)\nmodel =",
    ),
    Fault(
        "t5/frozen_weights",
        "training",
        "all but 6 % of the weights are frozen",
        ("TRA006",),
        has="requires_grad",
    ),
    Fault(
        "t5/best_by_wrong_sign",
        "training",
        "the highest error rate is taken for the best",
        ("TRA010",),
        has="error_rate",
    ),
    Fault(
        "t5/best_never_saved",
        "training",
        "the best model is to be loaded, and none is ever saved",
        ("TRA011",),
        has="save_steps=400",
        harm="none",
    ),
    # generation
    Fault(
        "t5/default_length",
        "generation",
        "answers end after the default of 20 tokens",
        ("GEN001",),
        lacks="max_new_tokens=64",
        twin="orders",
    ),
    Fault(
        "t5/end_suppressed",
        "generation",
        "answers may not end before 20 tokens",
        ("GEN002",),
        has="min_new_tokens=20",
    ),
    Fault(
        "t5/ngrams_blocked",
        "generation",
        "answers may not say two words twice, and targets do",
        ("GEN003",),
        has="no_repeat_ngram_size=2",
        twin="orders",
    ),
    Fault(
        "t5/repetition_penalised",
        "generation",
        "a penalty on repeated words changes right answers",
        ("GEN004",),
        has="repetition_penalty=2.5",
        twin="orders",
    ),
    Fault(
        "t5/sampling_by_accident",
        "generation",
        "answers are drawn at random",
        ("GEN005",),
        has="do_sample=True",
    ),
    Fault(
        "t5/answers_in_training_mode",
        "generation",
        "answers are generated with dropout",
        ("GEN006",),
        lacks="model.eval()",
        twin="plain_loop",
        harm="none",
    ),
    Fault(
        "t5/ids_without_mask",
        "generation",
        "generation gets padded ids without their mask",
        ("GEN007",),
        has="inputs.input_ids",
        only=5,
        harm="none",
    ),
    Fault(
        "t5/token_type_ids",
        "generation",
        "generation gets an input that the model does not know",
        ("CRA053",),
        has="return_token_type_ids=True",
        harm="crash",
    ),
    Fault(
        "t5/long_answers_preferred",
        "generation",
        "the beam search prefers long answers",
        ("GEN008",),
        has="length_penalty=5.0",
        twin="orders",
    ),
    Fault(
        "t5/generation_config_invalid",
        "generation",
        "a generation config that cannot be saved",
        ("GEN009", "CRA055"),
        has="temperature = 0.7",
        harm="crash",
    ),
    Fault(
        "t5/length_in_model_config",
        "generation",
        "the length of answers is set in the model's config",
        ("GEN010", "ENV008", "CRA056"),
        has="model.config.max_length",
        twin="orders",
        harm="crash",
        only=5,
    ),
    # output
    Fault(
        "t5/ignored_labels_decoded",
        "output",
        "compute_metrics decodes -100",
        ("CRA061", "OUT010"),
        lacks="np.where(wanted < 0",
        harm="crash",
    ),
    Fault(
        "t5/teacher_forced_scores",
        "generation",
        "the score is that of single tokens with the right answer given",
        ("GEN011",),
        lacks="predict_with_generate",
        twin="few_rows",
        harm="better than true",
    ),
    Fault(
        "t5/metric_misses_gold",
        "output",
        "the metric finds the expected answers wrong",
        ("OUT010",),
        has="batch_decode(wanted)",
    ),
    Fault(
        "t5/specials_left_in_answers",
        "output",
        "answers are decoded with their special tokens",
        ("OUT011",),
        has="tokenizer.batch_decode(ids)",
    ),
)

HEALTHY: tuple[Healthy, ...] = (
    Healthy("t5", "the fine-tune that most faults were put into"),
    Healthy("mt5", "the same with mT5", family="mt5"),
    Healthy("bart", "the same with BART", family="bart"),
    Healthy("orders", "answers of up to 30 tokens, with words that repeat"),
    Healthy("plain_loop", "no Trainer: a loop of torch"),
    Healthy("mostly_ignored_labels", "nine in ten labels are -100"),
    Healthy("pad_is_end", "pad is the end token, but the collator pads by length"),
    Healthy("new_tokens", "more rows in the embedding than tokens, and one of them is new"),
    Healthy("missing_keys_message", 'the message "missing keys" when the best model is loaded'),
    Healthy("reloaded", "the model is saved, loaded again, and answers as before"),
    Healthy("no_prefix", "no prefix in training nor in prediction"),
    Healthy("one_sided_test", "the test rows expect nearly the same"),
    Healthy("easy_task", "two targets, and a loss next to nothing"),
    Healthy("two_tasks", "two tasks with a prefix each"),
    Healthy("left_padding", "padding on the left, which T5 does not mind"),
    Healthy("lora", "an adapter: most weights are frozen"),
    Healthy(
        "accumulation_told", "gradient accumulation, and the Trainer is told not to leave it to the model"
    ),
    Healthy("label_smoothing", "a loss that cannot get near zero"),
    Healthy("long_warmup", "warm-up for two fifths of the training"),
    Healthy("adafactor", "Adafactor at a constant 1e-3"),
    Healthy("small_batches", "four rows a step"),
    Healthy("beams", "beam search that stops early"),
    Healthy("neutral_penalty", "a repetition penalty that changes nothing"),
    Healthy("some_duplicates", "one row in thirteen stands twice"),
    Healthy("few_rows", "30 training rows, learned by heart"),
)
