import math

import pytest
import torch
import transformers

from workup.errors import RunError
from workup.pipeline import events
from workup.pipeline.batching import collator
from workup.pipeline.model import load
from workup.pipeline.tokenization import encode
from workup.pipeline.training import TokenLoss, fit, total_steps
from workup.run import examples


def train(recipe, folder, watch=events.ignore, rows=None):
    """Fit a fresh base; returns it with the outcome."""
    divided = examples(recipe)
    base = load(recipe.base)
    encoded = encode(base.tokenizer, divided.train, recipe.tokens).rows
    validation = encode(base.tokenizer, divided.validation, recipe.tokens).rows
    return base, fit(
        base, encoded if rows is None else encoded[:rows], validation, recipe, folder, bf16=False, watch=watch
    )


def weights(base):
    return torch.cat([p.detach().flatten() for p in base.model.parameters()])


def first_step(recipe, folder, accumulation, batch_size):
    """Loss and gradient norm of the first optimizer step, as they are logged."""
    logged = []
    recipe = recipe.change("training.accumulation", accumulation).change("training.batch_size", batch_size)
    recipe = recipe.change("training.evaluate_every", "never").change("training.checkpoint_every", "never")
    recipe = recipe.change("training.batch_order", "shuffled").change("training.epochs", 1)
    train(recipe, folder, watch=lambda e: logged.append(e) if isinstance(e, events.Logged) else None, rows=16)
    return logged[0].loss, logged[0].gradient_norm


@pytest.mark.parametrize("family", ["tiny_t5", "tiny_bart"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_four_small_batches_give_the_loss_and_gradient_of_one_large_batch(
    colour_recipe, tmp_path, request, family, smoothing
):
    recipe = colour_recipe.change("base", str(request.getfixturevalue(family)))
    recipe = recipe.change("training.label_smoothing", smoothing)
    loss, norm = first_step(recipe, tmp_path / "one", 1, 16)
    loss_accumulated, norm_accumulated = first_step(recipe, tmp_path / "four", 4, 4)
    assert loss_accumulated == pytest.approx(loss, rel=1e-4)
    assert norm_accumulated == pytest.approx(norm, rel=1e-3)


@pytest.mark.skipif(not transformers.__version__.startswith("5.18"), reason="the fault is known of 5.18")
def test_the_loss_of_our_own_is_needed_because_the_librarys_grows_with_accumulation(colour_recipe, tmp_path):
    rows = encode(
        load(colour_recipe.base).tokenizer, examples(colour_recipe).train, colour_recipe.tokens
    ).rows[:16]

    def logged_loss(accumulation, batch_size):
        base = load(colour_recipe.base)
        arguments = transformers.Seq2SeqTrainingArguments(
            output_dir=str(tmp_path),
            per_device_train_batch_size=batch_size,
            gradient_accumulation_steps=accumulation,
            max_steps=1,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        collate = collator(base.tokenizer, base.model)
        trainer = transformers.Seq2SeqTrainer(base.model, arguments, collate, train_dataset=rows)
        trainer.train()
        return trainer.state.log_history[0]["loss"]

    assert logged_loss(4, 4) / logged_loss(1, 16) == pytest.approx(4, rel=0.05)


def test_the_loss_is_the_mean_over_live_tokens_whatever_the_padding():
    logits = torch.randn(2, 3, 7, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[1, 2, 3], [4, -100, -100]])
    live = torch.stack(
        [-logits.log_softmax(-1)[b, t, labels[b, t]] for b, t in [(0, 0), (0, 1), (0, 2), (1, 0)]]
    )

    class Outputs:
        pass

    outputs = Outputs()
    outputs.logits = logits
    assert TokenLoss(0.0)(outputs, labels) == pytest.approx(live.mean().item(), rel=1e-5)
    assert TokenLoss(0.0)(outputs, labels, num_items_in_batch=8) == pytest.approx(
        live.sum().item() / 8, rel=1e-5
    )
    assert TokenLoss(0.1)(outputs, labels) == pytest.approx(live.mean().item(), rel=1e-5), (
        "validation is not smoothed"
    )


def test_a_training_learns_and_tells_what_happens(colour_recipe, tmp_path):
    seen = []
    recipe = colour_recipe.change("training.epochs", 16)
    _, fitted = train(recipe, tmp_path, watch=seen.append)
    kinds = [type(event).__name__ for event in seen]
    assert kinds[0] == "Started"
    assert kinds.count("Stepped") == fitted.steps == total_steps(18, recipe)
    assert kinds.count("Validated") == 16
    losses = [event.loss for event in seen if isinstance(event, events.Logged)]
    assert losses[-1] < losses[0] / 2


def test_the_same_seed_gives_the_same_weights_and_another_seed_does_not(colour_recipe, tmp_path):
    short = colour_recipe.change("training.epochs", 1)
    first, second = train(short, tmp_path / "a")[0], train(short, tmp_path / "b")[0]
    other = train(short.change("seed", 1), tmp_path / "c")[0]
    assert torch.equal(weights(first), weights(second))
    assert not torch.equal(weights(first), weights(other))


@pytest.mark.parametrize("optimizer", ["adamw", "adafactor"])
@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant"])
def test_every_optimizer_and_schedule_trains(colour_recipe, tmp_path, optimizer, schedule):
    recipe = colour_recipe.change("training.optimizer", optimizer).change("training.schedule", schedule)
    before = weights(load(recipe.base))
    base, fitted = train(recipe.change("training.epochs", 1), tmp_path)
    assert math.isfinite(fitted.loss)
    assert not torch.equal(weights(base), before)


def test_early_stopping_keeps_the_best_weights(colour_recipe, tmp_path):
    recipe = colour_recipe.change("training.epochs", 30).change("training.learning_rate", 0.3)
    recipe = recipe.change("training.early_stopping", 2)
    base, fitted = train(recipe, tmp_path)
    assert fitted.steps < total_steps(18, recipe)
    rows = encode(base.tokenizer, examples(recipe).validation, recipe.tokens).rows
    batch = collator(base.tokenizer, base.model)(rows)
    base.model.eval()
    with torch.no_grad():
        loss = TokenLoss(0.0)(
            base.model(**{k: v for k, v in batch.items() if k != "labels"}), batch["labels"]
        )
    assert loss.item() == pytest.approx(fitted.best_validation_loss, rel=0.02)


def test_a_loss_that_is_no_number_ends_the_training_with_a_remedy(colour_recipe, tmp_path):
    with pytest.raises(RunError, match=r"loss became (nan|inf).*learning_rate"):
        train(
            colour_recipe.change("training.learning_rate", 1e30).change("training.max_grad_norm", 0.0),
            tmp_path,
        )
