from workup.examine.api import CATALOGUE, MEASUREMENTS
from workup.examine.gather.from_run import of_recipe, of_run
from workup.examine.runner import run


def test_a_recipe_before_its_training_has_rows_pairs_and_arguments_but_no_answers(colour_recipe, tmp_path):
    subject = of_recipe(colour_recipe)
    assert len(subject.train_rows) == len(subject.train_pairs)
    assert subject.train_pairs[0].source.startswith("name the colour: ")
    assert subject.arguments.learning_rate == colour_recipe.training.learning_rate
    assert subject.generated is None
    assert not (tmp_path / "unused").exists()


def test_a_finished_run_has_its_log_and_what_it_answers(learned_run):
    subject = of_run(learned_run.folder)
    assert {"loss", "learning_rate"} <= set(subject.log[0])
    answer = subject.generated[0]
    assert answer.ids[0] == subject.model.config.decoder_start_token_id
    assert subject.tokenizer.decode(answer.ids, skip_special_tokens=True).strip() == answer.text


def test_a_run_that_learned_shows_no_error(learned_run):
    report = run(of_run(learned_run.folder), CATALOGUE, MEASUREMENTS)
    assert report.exit_status == 0, [finding.summary for finding in report.worst_first]
    assert not report.broken, report.broken


def test_the_optimizer_that_a_recipe_makes_itself_is_at_hand_and_holds_the_models_weights(colour_recipe):
    recipe = colour_recipe.change("training.optimizer", "adafactor")
    subject = of_recipe(recipe)
    assert type(subject.optimizer).__name__ == "Adafactor"
    held = {id(weight) for group in subject.optimizer.param_groups for weight in group["params"]}
    assert held == {id(weight) for weight in subject.model.parameters()}
    assert of_recipe(colour_recipe.change("training.optimizer", "adamw")).optimizer is None
