"""What transformers renamed or removed between 4.57 and 5.x, as far as fine-tuning scripts meet it.

One table, for both directions: a script for 4.x on 5.x, and one for 5.x on 4.57. Each line was tried on
transformers 4.57.6 and 5.18.0; the versions between are those of the packages 5.0.0 to 5.15.0. See also
https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from packaging.version import Version

Kind = Literal["argument", "attribute", "method", "import", "value"]


@dataclass(frozen=True)
class Change:
    """A name that not every version of transformers knows.

    Attributes:
        owner: whose name it is. "TrainingArguments" and "Trainer" stand for the Seq2Seq classes too; "train"
            is the Trainer's method; "tokenizer" and "model" are what is called, where the kind is "argument";
            "from_pretrained" is that of models; "transformers" is for imports from any of its modules.
        name: may hold wildcards of fnmatch ("TF[A-Z]*"). A value is written "argument=value", and the task
            of "pipeline" by itself.
        instead: what to do, in a sentence without a capital and a full stop.
        gone: the first version without it; "4.57", the oldest supported, where it went in one before.
        born: the first version with it; None: long before 4.57.
        rename: the new name, where the same value goes on to work under it.
        silent: where it is gone it is ignored without an exception.
    """

    owner: str
    name: str
    kind: Kind
    instead: str
    gone: str | None = None
    born: str | None = None
    rename: str | None = None
    silent: bool = False

    def works_in(self, version: str) -> bool:
        """Whether the name works in this version of transformers."""
        installed = Version(version)
        if self.gone is not None and installed >= Version(self.gone):
            return False
        return self.born is None or installed >= Version(self.born)


def changes(owner: str) -> tuple[Change, ...]:
    """All changes of one owner; a Seq2Seq class has those of its base."""
    owner = owner.removeprefix("Seq2Seq")
    return tuple(change for change in CHANGES if change.owner == owner)


def affecting(version: str) -> tuple[Change, ...]:
    """The changes whose names do not work in this version of transformers."""
    return tuple(change for change in CHANGES if not change.works_in(version))


def find(owner: str, name: str) -> Change | None:
    """The change of a name."""
    return next((change for change in changes(owner) if fnmatchcase(name, change.name)), None)


def _renamed(owner: str, kind: Kind, gone: str, names: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(owner, old, kind, f"write `{new}`", gone=gone, rename=new) for old, new in names.items()
    )


def _gone(
    owner: str, kind: Kind, gone: str, names: Mapping[str, str], *, silent: bool = False
) -> tuple[Change, ...]:
    return tuple(
        Change(owner, name, kind, instead, gone=gone, silent=silent) for name, instead in names.items()
    )


def _born(owner: str, kind: Kind, born: str, names: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(Change(owner, name, kind, instead, born=born) for name, instead in names.items())


_DROP = "leave it out"
_AMP = "leave it out; `fp16` and `bf16` choose the precision"
_CALL = "call the tokenizer itself: `tokenizer(text, ...)`"
_TARGETS = "write `tokenizer(text, text_target=targets)`, which makes the labels too"
_GENERATION = "read and set it on `model.generation_config`"
_GENERATE = "set it on `model.generation_config` after loading, or give it to `generate()`"
_ATTENTION = "leave it out; heads can no longer be masked"
_PIPELINE = "call `model.generate()` on the tokenized text and decode its answer"
_HUB_ONLY = "leave it out; this way of decoding has left transformers for the hub"
_TORCH_ONLY = "use the torch class, the name without its prefix; TensorFlow and JAX are no longer supported"
_DATASET = "read the text with `datasets.load_dataset('text', data_files=...)` and tokenize it with `map`"
_T5_TOKENIZER = "import `AutoTokenizer` (or `T5Tokenizer`): the mT5 files are read by it"

CHANGES: tuple[Change, ...] = (
    *_renamed("TrainingArguments", "argument", "4.46", {"evaluation_strategy": "eval_strategy"}),
    *_renamed(
        "TrainingArguments",
        "argument",
        "5.0",
        {
            "no_cuda": "use_cpu",
            "per_gpu_train_batch_size": "per_device_train_batch_size",
            "per_gpu_eval_batch_size": "per_device_eval_batch_size",
            "push_to_hub_token": "hub_token",
            "push_to_hub_model_id": "hub_model_id",
            "include_tokens_per_second": "include_num_input_tokens_seen",
            "torchdynamo": "torch_compile_backend",
        },
    ),
    *_gone(
        "TrainingArguments",
        "argument",
        "5.0",
        {
            "overwrite_output_dir": f"{_DROP}; the Trainer never read it",
            "adafactor": 'write `optim="adafactor"`',
            "use_mps_device": f"{_DROP}; a Mac's GPU is used by itself, and `use_cpu=True` prevents it",
            "save_safetensors": f"{_DROP}; weights are always saved as safetensors",
            "fp16_backend": _AMP,
            "half_precision_backend": _AMP,
            "fp16_opt_level": _AMP,
            "include_inputs_for_metrics": 'write `include_for_metrics=["inputs"]`',
            "push_to_hub_organization": 'write `hub_model_id="organization/name"`',
            "past_index": _DROP,
            "jit_mode_eval": f"{_DROP}; `torch_compile=True` is the way to compile",
            "tpu_num_cores": f"{_DROP}; set the environment variable TPU_NUM_CORES",
            "tpu_metrics_debug": 'write `debug="tpu_metrics_debug"`',
            "mp_parameters": _DROP,
            "ray_scope": f"{_DROP}; set the environment variable RAY_SCOPE",
            "use_legacy_prediction_loop": _DROP,
            "fsdp_min_num_params": 'write `fsdp_config={"min_num_params": ...}`',
            "fsdp_transformer_layer_cls_to_wrap": (
                'write `fsdp_config={"transformer_layer_cls_to_wrap": ...}`'
            ),
        },
    ),
    *_gone(
        "TrainingArguments",
        "argument",
        "5.2",
        {"group_by_length": 'write `train_sampling_strategy="group_by_length"`'},
    ),
    *_gone(
        "TrainingArguments",
        "argument",
        "5.15",
        {
            "warmup_ratio": "write `warmup_steps` with the same number: below 1 it is a share of all steps",
            "logging_dir": f"{_DROP}; set the environment variable TENSORBOARD_LOGGING_DIR",
        },
    ),
    *_gone("TrainingArguments", "value", "4.57", {"optim=adamw_hf": 'write `optim="adamw_torch"`'}),
    *_born(
        "TrainingArguments",
        "value",
        "5.0",
        {"warmup_steps=0.*": "write `warmup_ratio` for a share of all steps; `warmup_steps` is an integer"},
    ),
    *_born(
        "TrainingArguments",
        "argument",
        "5.0",
        {
            "use_cache": f"{_DROP}; set `model.config.use_cache`",
            "enable_jit_checkpoint": _DROP,
        },
    ),
    *_born(
        "TrainingArguments",
        "argument",
        "5.2",
        {"train_sampling_strategy": 'write `group_by_length=True` for "group_by_length"'},
    ),
    *_born("TrainingArguments", "argument", "5.14", {"ddp_static_graph": _DROP}),
    *_born(
        "TrainingArguments",
        "argument",
        "5.15",
        {"dataloader_in_order": _DROP, "dataloader_multiprocessing_context": _DROP},
    ),
    *_renamed("Trainer", "argument", "5.0", {"tokenizer": "processing_class"}),
    *_renamed("Trainer", "attribute", "5.0", {"tokenizer": "processing_class"}),
    *_renamed("Trainer", "method", "5.0", {"prediction_loop": "evaluation_loop"}),
    *_renamed("train", "argument", "5.0", {"model_path": "resume_from_checkpoint"}),
    *_renamed(
        "tokenizer",
        "attribute",
        "5.0",
        {
            "additional_special_tokens": "extra_special_tokens",
            "additional_special_tokens_ids": "extra_special_tokens_ids",
        },
    ),
    *_gone(
        "tokenizer",
        "attribute",
        "5.0",
        {
            "all_special_tokens_extended": "read `all_special_tokens`, which holds strings",
            "special_tokens_map_extended": "read `special_tokens_map`, which holds strings",
        },
    ),
    *_gone(
        "tokenizer",
        "method",
        "5.0",
        {
            "as_target_tokenizer": _TARGETS,
            "prepare_seq2seq_batch": _TARGETS,
            "encode_plus": _CALL,
            "batch_encode_plus": _CALL,
            "prepare_for_model": _CALL,
            "build_inputs_with_special_tokens": _CALL,
            "create_token_type_ids_from_sequences": _CALL,
            "truncate_sequences": "call the tokenizer itself with `truncation=True, max_length=...`",
            "sanitize_special_tokens": _DROP,
        },
    ),
    *_born("tokenizer", "attribute", "5.0", {"extra_special_tokens_ids": "write `all_special_ids`"}),
    *_gone(
        "tokenizer",
        "argument",
        "4.57",
        {
            "pad_to_max_length": 'write `padding="max_length"`',
            "return_lengths": "write `return_length`",
            "is_pretokenized": "write `is_split_into_words`",
        },
        silent=True,
    ),
    *_born(
        "add_special_tokens",
        "argument",
        "5.0",
        {"extra_special_tokens": 'write the key "additional_special_tokens", which both versions take'},
    ),
    *_renamed("BatchEncoding", "method", "5.0", {"words": "word_ids"}),
    *_gone(
        "T5Tokenizer",
        "argument",
        "5.0",
        {"vocab_file": "read the folder of the file with `AutoTokenizer.from_pretrained(folder)`"},
        silent=True,
    ),
    *_renamed("from_pretrained", "argument", "5.0", {"use_auth_token": "token"}),
    *_gone(
        "from_pretrained",
        "argument",
        "5.0",
        {
            "load_in_8bit": "write `quantization_config=BitsAndBytesConfig(load_in_8bit=True)`",
            "load_in_4bit": "write `quantization_config=BitsAndBytesConfig(load_in_4bit=True)`",
            "resume_download": f"{_DROP}; downloads always resume",
            "max_length": _GENERATE,
            "min_length": _GENERATE,
            "num_beams": _GENERATE,
            "early_stopping": _GENERATE,
            "length_penalty": _GENERATE,
            "no_repeat_ngram_size": _GENERATE,
            "repetition_penalty": _GENERATE,
            "do_sample": _GENERATE,
            "temperature": _GENERATE,
        },
    ),
    *_gone(
        "from_pretrained",
        "argument",
        "5.0",
        {
            "from_tf": "convert the checkpoint with transformers 4 first; only torch weights are read",
            "from_flax": "convert the checkpoint with transformers 4 first; only torch weights are read",
        },
        silent=True,
    ),
    *_gone(
        "from_pretrained",
        "argument",
        "4.57",
        {"use_flash_attention_2": 'write `attn_implementation="flash_attention_2"`'},
    ),
    *_gone(
        "save_pretrained",
        "argument",
        "5.0",
        {
            "safe_serialization": f"{_DROP}; weights are always saved as safetensors",
            "save_function": f"{_DROP}; weights are always saved as safetensors",
        },
        silent=True,
    ),
    *_gone(
        "config",
        "attribute",
        "5.0",
        {
            "max_length": _GENERATION,
            "min_length": _GENERATION,
            "num_beams": _GENERATION,
            "num_return_sequences": _GENERATION,
            "early_stopping": _GENERATION,
            "length_penalty": _GENERATION,
            "no_repeat_ngram_size": _GENERATION,
            "repetition_penalty": _GENERATION,
            "do_sample": _GENERATION,
            "temperature": _GENERATION,
            "top_k": _GENERATION,
            "top_p": _GENERATION,
            "bad_words_ids": _GENERATION,
            "forced_bos_token_id": _GENERATION,
            "forced_eos_token_id": _GENERATION,
            "output_scores": _GENERATION,
            "return_dict_in_generate": _GENERATION,
            "task_specific_params": 'write `getattr(model.config, "task_specific_params", None)`',
            "prefix": 'write `getattr(model.config, "prefix", None)`',
        },
    ),
    *_gone(
        "model",
        "argument",
        "5.0",
        {
            "head_mask": _ATTENTION,
            "decoder_head_mask": _ATTENTION,
            "cross_attn_head_mask": _ATTENTION,
        },
        silent=True,
    ),
    *_gone("model", "argument", "4.57", {"lm_labels": "write `labels`"}, silent=True),
    *_gone(
        "model",
        "method",
        "5.0",
        {
            "get_head_mask": _ATTENTION,
            "prune_heads": "leave it out; heads can no longer be pruned",
            "parallelize": 'load with `device_map="auto"`',
            "deparallelize": _DROP,
            "to_bettertransformer": 'load with `attn_implementation="sdpa"`',
        },
    ),
    *_gone(
        "model",
        "method",
        "4.57",
        {
            "greedy_search": "call `model.generate(..., num_beams=1, do_sample=False)`",
            "beam_search": "call `model.generate(..., num_beams=4)`",
            "sample": "call `model.generate(..., do_sample=True)`",
        },
    ),
    *_gone("generate", "argument", "5.0", {"use_model_defaults": _DROP, "return_legacy_cache": _DROP}),
    *_gone(
        "generate",
        "argument",
        "4.57",
        {"force_words_ids": _HUB_ONLY, "penalty_alpha": _HUB_ONLY, "dola_layers": _HUB_ONLY},
    ),
    *_gone(
        "pipeline",
        "value",
        "5.0",
        {
            "summarization": _PIPELINE,
            "translation": _PIPELINE,
            "translation_*_to_*": _PIPELINE,
            "text2text-generation": _PIPELINE,
        },
    ),
    *_gone("pipeline", "value", "5.3", {"question-answering": _PIPELINE}),
    *_gone("pipeline", "value", "4.57", {"conversational": 'use the task "text-generation"'}),
    *_gone(
        "transformers",
        "import",
        "4.57",
        {
            "AdamW": "write `from torch.optim import AdamW`",
            "BeamSearchScorer": "call `model.generate(num_beams=...)`",
            "top_k_top_p_filtering": "call `model.generate(do_sample=True, top_k=..., top_p=...)`",
            "is_torch_tpu_available": "import `is_torch_xla_available`",
            "transformers.generation_utils": "import from `transformers`",
            "transformers.deepspeed": "import from `transformers.integrations`",
        },
    ),
    *_gone(
        "transformers",
        "import",
        "5.0",
        {
            "MT5Tokenizer": _T5_TOKENIZER,
            "MT5TokenizerFast": _T5_TOKENIZER,
            "AutoModelWithLMHead": "import `AutoModelForSeq2SeqLM`, or `AutoModelForCausalLM` for a GPT",
            "SummarizationPipeline": _PIPELINE,
            "TranslationPipeline": _PIPELINE,
            "Text2TextGenerationPipeline": _PIPELINE,
            "TextDataset": _DATASET,
            "LineByLineTextDataset": _DATASET,
            "LineByLineWithRefDataset": _DATASET,
            "LineByLineWithSOPTextDataset": _DATASET,
            "BeamScorer": "call `model.generate(num_beams=...)`",
            "ConstrainedBeamSearchScorer": _HUB_ONLY,
            "PhrasalConstraint": _HUB_ONLY,
            "DisjunctiveConstraint": _HUB_ONLY,
            "EvaluationStrategy": "import `IntervalStrategy`",
            "SpecialTokensMixin": "import `PreTrainedTokenizerBase`",
            "TRANSFORMERS_CACHE": "set the environment variable HF_HOME",
            "PYTORCH_TRANSFORMERS_CACHE": "set the environment variable HF_HOME",
            "ModelCard": "import it from `huggingface_hub`",
            "is_tf_available": _DROP,
            "TF[A-Z]*": _TORCH_ONLY,
            "Flax[A-Z]*": _TORCH_ONLY,
            "PushToHubCallback": _TORCH_ONLY,
            "KerasMetricCallback": _TORCH_ONLY,
            "transformers.models.t5.tokenization_t5_fast": "import `AutoTokenizer` from `transformers`",
            "transformers.modeling_tf_utils": _TORCH_ONLY,
            "transformers.onnx": "use the package `optimum-onnx`",
            "transformers.utils.fx": "use `torch.export`",
        },
    ),
    *_gone("transformers", "import", "5.3", {"QuestionAnsweringPipeline": _PIPELINE}),
    *_born(
        "transformers",
        "import",
        "5.0",
        {
            "PreTrainedConfig": "import `PretrainedConfig`, which both versions know",
            "TokenizersBackend": "import `PreTrainedTokenizerFast`, which both versions know",
            "PythonBackend": "import `PreTrainedTokenizer`, which both versions know",
            "SentencePieceBackend": "import `PreTrainedTokenizer`, which both versions know",
        },
    ),
)
