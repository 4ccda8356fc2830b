"""The table says of the installed version what is so: each name is tried."""

import importlib
import inspect

import pytest
import transformers
from transformers import (
    GenerationConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)
from transformers.pipelines import PIPELINE_REGISTRY

from workup.examine.api_changes import CHANGES, Change, affecting, changes, find

NEWER = int(transformers.__version__.partition(".")[0]) >= 5
PLAIN = [change for change in CHANGES if "[" not in change.name and "*" not in change.name]


def of(owner, *kinds):
    return [pytest.param(one, id=one.name) for one in PLAIN if one.owner == owner and one.kind in kinds]


def works(change):
    return change.works_in(transformers.__version__)


@pytest.mark.parametrize("change", of("TrainingArguments", "argument"))
def test_a_training_argument_exists_where_the_table_says_so(change):
    taken = inspect.signature(Seq2SeqTrainingArguments).parameters
    assert (change.name in taken) == works(change)
    assert change.rename is None or change.rename in taken


@pytest.mark.parametrize("change", of("Trainer", "attribute", "method"))
def test_an_attribute_of_the_trainer_exists_where_the_table_says_so(change):
    assert hasattr(Seq2SeqTrainer, change.name) == works(change)


@pytest.mark.parametrize("change", of("tokenizer", "attribute", "method"))
def test_an_attribute_of_the_tokenizer_exists_where_the_table_says_so(change, tiny_t5):
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_t5)
    assert hasattr(tokenizer, change.name) == works(change)


@pytest.mark.parametrize("change", of("config", "attribute"))
def test_an_attribute_of_the_config_exists_where_the_table_says_so(change):
    assert hasattr(T5Config(), change.name) == works(change)


@pytest.mark.parametrize("change", of("model", "method"))
def test_a_method_of_the_model_exists_where_the_table_says_so(change):
    assert hasattr(T5ForConditionalGeneration, change.name) == works(change)


@pytest.mark.parametrize("change", of("model", "argument"))
def test_an_argument_of_the_model_exists_where_the_table_says_so(change):
    taken = inspect.signature(T5ForConditionalGeneration.forward).parameters
    assert (change.name in taken) == works(change)


@pytest.mark.parametrize("change", of("from_pretrained", "argument"))
def test_an_unknown_argument_of_from_pretrained_fails_or_is_ignored_as_the_table_says(change, tiny_t5):
    if works(change):
        pytest.skip("works here; whether it does depends on other packages")
    if change.silent:
        assert T5ForConditionalGeneration.from_pretrained(tiny_t5, **{change.name: True})
        return
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{change.name}'"):
        T5ForConditionalGeneration.from_pretrained(tiny_t5, **{change.name: 1})


@pytest.mark.parametrize("change", of("save_pretrained", "argument"))
def test_an_argument_of_save_pretrained_exists_where_the_table_says_so(change):
    assert (change.name in inspect.signature(PreTrainedModel.save_pretrained).parameters) == works(change)


@pytest.mark.parametrize("change", of("pipeline", "value"))
def test_a_task_exists_where_the_table_says_so(change):
    known = [*PIPELINE_REGISTRY.supported_tasks, *PIPELINE_REGISTRY.task_aliases]
    assert (change.name in known) == works(change)


@pytest.mark.parametrize("change", of("transformers", "import"))
def test_an_import_succeeds_where_the_table_says_so(change):
    if change.name == "transformers.modeling_tf_utils" and works(change):
        pytest.skip("needs TensorFlow")
    assert imports(change.name) == works(change)


def imports(name):
    if name.startswith("transformers."):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            return False
        return True
    modules = ("transformers", "transformers.trainer_utils", "transformers.tokenization_utils_base")
    return any(hasattr(importlib.import_module(module), name) for module in modules)


@pytest.mark.parametrize("name", ["TFT5ForConditionalGeneration", "FlaxT5ForConditionalGeneration"])
def test_tensorflow_and_jax_classes_are_found_by_their_prefix(name):
    assert find("transformers", name).works_in(transformers.__version__) == hasattr(transformers, name)


def test_arguments_that_the_tokenizer_does_not_know_are_ignored_by_transformers_5_alone(tiny_t5):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_t5)
    plain = tokenizer("a red stone")
    for change in changes("tokenizer"):
        if change.kind != "argument":
            continue
        if NEWER:
            assert tokenizer("a red stone", **{change.name: True}) == plain
        else:
            with pytest.raises(TypeError, match=change.name):
                tokenizer("a red stone", **{change.name: True})


def test_transformers_5_ignores_a_vocabulary_file_that_does_not_exist():
    change = find("T5Tokenizer", "vocab_file")
    if works(change):
        with pytest.raises(RuntimeError):
            T5Tokenizer(vocab_file="nowhere.model")
    else:
        assert len(T5Tokenizer(vocab_file="nowhere.model")) == 104


def test_a_share_of_warmup_is_understood_where_the_table_says_so(tmp_path):
    change = find("TrainingArguments", "warmup_steps=0.1")
    if works(change):
        arguments = Seq2SeqTrainingArguments(str(tmp_path), use_cpu=True, warmup_steps=0.1)
        assert arguments.get_warmup_steps(200) == 20
    else:
        with pytest.raises(ValueError, match="warmup_steps"):
            Seq2SeqTrainingArguments(str(tmp_path), use_cpu=True, warmup_steps=0.1)
    assert find("TrainingArguments", "warmup_steps=100") is None
    assert find("TrainingArguments", "warmup_steps=0") is None


def test_an_optimizer_of_old_is_refused(tmp_path):
    assert not works(find("Seq2SeqTrainingArguments", "optim=adamw_hf"))
    with pytest.raises(ValueError, match="adamw_hf is not a valid"):
        Seq2SeqTrainingArguments(str(tmp_path), use_cpu=True, optim="adamw_hf")


def test_settings_that_left_the_config_live_in_the_generation_config():
    moved = [one.name for one in changes("config") if "generation_config" in one.instead]
    assert "max_length" in moved
    assert all(hasattr(GenerationConfig(), name) for name in moved)


def test_each_name_stands_once_and_every_change_has_a_version_and_an_advice():
    keys = [(one.owner, one.name, one.kind) for one in CHANGES]
    assert len(set(keys)) == len(keys)
    for one in CHANGES:
        assert (one.gone is None) != (one.born is None)
        assert one.instead
        assert one.instead[-1] != "."


def test_versions_are_compared_as_versions_and_not_as_text():
    change = Change("Trainer", "x", "argument", "leave it out", gone="5.15")
    assert change.works_in("5.2.0")
    assert not change.works_in("5.15.0")
    assert not change.works_in("6.0")
    born = Change("Trainer", "x", "argument", "leave it out", born="5.2")
    assert not born.works_in("4.57.6")
    assert born.works_in("5.10.0")


def test_both_directions_are_told():
    gone, not_yet = affecting("5.18.0"), affecting("4.57.6")
    assert find("Trainer", "tokenizer") in gone
    assert find("Trainer", "tokenizer") not in not_yet
    assert find("TrainingArguments", "train_sampling_strategy") in not_yet
    assert find("TrainingArguments", "train_sampling_strategy") not in gone
    assert find("TrainingArguments", "evaluation_strategy") in (*gone, *not_yet)


def test_a_name_that_never_changed_is_not_in_the_table():
    for owner, name in [
        ("TrainingArguments", "learning_rate"),
        ("Trainer", "processing_class"),
        ("tokenizer", "batch_decode"),
        ("transformers", "T5ForConditionalGeneration"),
        ("transformers", "Trainer"),
        ("pipeline", "text-generation"),
        ("config", "vocab_size"),
    ]:
        assert find(owner, name) is None
