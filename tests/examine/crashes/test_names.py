import pytest
import transformers
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainer, pipeline

NEWER = int(transformers.__version__.partition(".")[0]) >= 5
only_newer = pytest.mark.skipif(not NEWER, reason="works in transformers 4")
only_older = pytest.mark.skipif(NEWER, reason="works in transformers 5")


def test_a_renamed_argument_is_told_with_its_new_name(explained, arguments):
    finding = explained(lambda: arguments(evaluation_strategy="epoch"))
    assert (finding.code, finding.stage) == ("CRA001", "environment")
    assert "has no argument 'evaluation_strategy' of Seq2SeqTrainingArguments" in finding.summary
    assert transformers.__version__ in finding.summary
    assert finding.remedy.code.startswith("eval_strategy=")
    assert finding.place.startswith(__file__.rpartition("/")[0])


@only_newer
def test_arguments_that_transformers_5_removed_are_told(explained, arguments, t5, tokenizer, trainer):
    assert explained(lambda: arguments(no_cuda=True)).remedy.code.startswith("use_cpu=")
    assert "warmup_steps" in explained(lambda: arguments(warmup_ratio=0.1)).remedy.text
    given = explained(lambda: Seq2SeqTrainer(t5, arguments(), tokenizer=tokenizer))
    assert given.remedy.code.startswith("processing_class=")
    resumed = explained(lambda: trainer().train(model_path="here"))
    assert resumed.remedy.code.startswith("resume_from_checkpoint=")


@only_newer
def test_an_argument_of_from_pretrained_is_not_blamed_on_the_model(explained, tiny_t5):
    read = transformers.T5ForConditionalGeneration.from_pretrained
    finding = explained(lambda: read(tiny_t5, load_in_8bit=True))
    assert "T5ForConditionalGeneration.from_pretrained" in finding.summary
    assert "BitsAndBytesConfig" in finding.remedy.code
    assert "generation_config" in explained(lambda: read(tiny_t5, max_length=30)).remedy.text


@only_older
def test_arguments_that_only_transformers_5_knows_are_told(explained, arguments, t5):
    finding = explained(lambda: arguments(train_sampling_strategy="group_by_length"))
    assert "it came with transformers 5.2" in finding.summary
    assert "group_by_length=True" in finding.remedy.text
    ids = t5.dummy_inputs["input_ids"]
    assert explained(lambda: t5(input_ids=ids, lm_labels=ids)).remedy.code.startswith("labels")
    assert explained(lambda: arguments(warmup_steps=0.1)).remedy.code == "warmup_ratio=0.1"


def test_a_misspelt_argument_is_told_with_the_nearest(explained, arguments, t5, tokenizer, trainer, tiny_t5):
    assert explained(lambda: arguments(learning_rat=1)).remedy.code == "learning_rate=..."
    made = explained(lambda: Seq2SeqTrainer(t5, arguments(), proccessing_class=tokenizer))
    assert made.remedy.code == "processing_class=..."
    assert explained(lambda: DataCollatorForSeq2Seq(tokenizer, modell=t5)).remedy.code == "model=..."
    trained = explained(lambda: trainer().train(resume_from_chekpoint=True))
    assert trained.remedy.code == "resume_from_checkpoint=..."
    read = transformers.T5ForConditionalGeneration.from_pretrained
    assert explained(lambda: read(tiny_t5, dropout=0.1)).remedy.code == "dropout_rate=..."
    unlike = explained(lambda: arguments(zzzz=1))
    assert "none is named alike" in unlike.summary


def test_ones_own_function_with_a_wrong_argument_is_not_explained(explained):
    def train(model):
        return model

    class Trainer:
        def __init__(self, model):
            self.model = model

        def fit(self):
            return self.tokenizer

    assert explained(lambda: train(model_path=1)) is None
    assert explained(lambda: Trainer(1).fit()) is None


class OwnTrainingArguments:
    def __init__(self, folder):
        self.folder = folder


def test_ones_own_class_with_a_familiar_name_is_not_explained(explained):
    assert explained(lambda: OwnTrainingArguments("a", evaluation_strategy="no")) is None
    assert explained(lambda: OwnTrainingArguments("a").warmup_ratio) is None


class Forgetful(Seq2SeqTrainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return super().compute_loss(model, inputs, return_outputs)


class Narrow(Seq2SeqTrainer):
    def training_step(self, model, inputs):
        return super().training_step(model, inputs)


@pytest.mark.parametrize(
    ("kind", "method", "missing"),
    [(Forgetful, "compute_loss", "num_items_in_batch"), (Narrow, "training_step", "num_items_in_batch")],
)
def test_an_overridden_method_is_told_with_its_full_signature(
    explained, arguments, t5, tokenizer, rows, kind, method, missing
):
    trainer = kind(t5, arguments(), DataCollatorForSeq2Seq(tokenizer), rows)
    finding = explained(trainer.train)
    assert finding.code == "CRA002"
    assert f"{kind.__name__}.{method}" in finding.summary
    assert finding.remedy.code.startswith(f"def {method}(self, model, inputs")
    assert missing in finding.remedy.code


@only_newer
def test_attributes_that_are_gone_are_told(explained, trainer, tokenizer, t5, arguments):
    held = explained(lambda: trainer().tokenizer)
    assert (held.code, held.remedy.code) == ("CRA003", "trainer.processing_class")
    assert "text_target" in explained(lambda: tokenizer.as_target_tokenizer()).remedy.text
    assert explained(lambda: tokenizer.additional_special_tokens).remedy.code == (
        "tokenizer.extra_special_tokens"
    )
    assert "generation_config" in explained(lambda: t5.config.max_length).remedy.text
    assert "warmup_steps" in explained(lambda: arguments().warmup_ratio).remedy.text


def test_an_attribute_that_never_was_is_not_explained(explained, t5, tokenizer):
    assert explained(lambda: t5.config.no_such_thing) is None
    assert explained(lambda: tokenizer.no_such_thing) is None


def test_an_import_that_is_gone_is_told(explained):
    def imported():
        from transformers import AdamW  # noqa: F401

    finding = explained(imported)
    assert finding.code == "CRA004"
    assert finding.remedy.code == "from torch.optim import AdamW"
    assert explained(lambda: transformers.AdamW).code == "CRA004"


@only_newer
def test_classes_and_modules_that_left_transformers_5_are_told(explained):
    def tokenizer():
        from transformers import MT5Tokenizer  # noqa: F401

    def tensorflow():
        from transformers import TFMarianMTModel  # noqa: F401

    def module():
        import transformers.models.t5.tokenization_t5_fast  # noqa: F401

    assert "AutoTokenizer" in explained(tokenizer).remedy.text
    assert "TensorFlow" in explained(tensorflow).remedy.text
    assert "AutoTokenizer" in explained(module).remedy.text


def test_a_misspelt_import_is_told_with_the_nearest(explained):
    def imported():
        from transformers import Seq2seqTrainer  # noqa: F401

    assert explained(imported).remedy.code == "from transformers import Seq2SeqTrainer"


def test_an_import_of_another_package_is_not_explained(explained):
    def imported():
        from collections import NoSuchThing  # noqa: F401

    def module():
        import no_such_package  # noqa: F401

    assert explained(imported) is None
    assert explained(module) is None


@only_newer
def test_a_pipeline_that_is_gone_is_told(explained, t5, tokenizer):
    finding = explained(lambda: pipeline("summarization", model=t5, tokenizer=tokenizer))
    assert finding.code == "CRA005"
    assert "model.generate" in finding.remedy.code


def test_a_misspelt_pipeline_is_told_with_the_nearest(explained, t5, tokenizer):
    finding = explained(lambda: pipeline("text-generatoin", model=t5, tokenizer=tokenizer))
    assert finding.remedy.code == 'pipeline("text-generation", ...)'


def test_metrics_are_looked_for_in_their_new_package(explained):
    def imported():
        from datasets import load_metric  # noqa: F401

    assert explained(imported).code == "CRA006"
    assert "evaluate" in explained(imported).remedy.code


def test_a_missing_key_of_ones_own_is_not_explained(explained):
    assert explained(lambda: {}["eval_loss"]) is None
    assert explained(lambda: Dataset.from_list([{"a": 1}])["b"]) is None


def test_an_unknown_value_is_told_with_the_nearest(explained, arguments):
    assert explained(lambda: arguments(optim="adamw_hf")).remedy.code == 'optim="adamw_torch"'
    misspelt = explained(lambda: arguments(lr_scheduler_type="liner"))
    assert (misspelt.code, misspelt.remedy.code) == ("CRA007", '"linear"')
