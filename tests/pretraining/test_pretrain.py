import json
import random
import shutil

import pytest
import torch
import yaml
from safetensors.torch import load_file
from transformers import AutoTokenizer, T5ForConditionalGeneration

from workup.errors import DataError, RunError
from workup.pipeline import events
from workup.pretraining.plan import Encoder, TokenizerChoice
from workup.pretraining.pretrain import pretrain


class Killed(Exception):
    """What ends a process here."""


@pytest.fixture(scope="module")
def made(plan, tmp_path_factory):
    """The folder of a finished work, and the events of it."""
    folder, seen = tmp_path_factory.mktemp("made") / "work", []
    assert pretrain(plan, folder, watch=seen.append) == folder / "model"
    return folder, seen


def weights(folder):
    return load_file(folder / "model" / "model.safetensors")


def change(plan, **parts):
    """The plan with another part, checked again."""
    return type(plan).model_validate({**plan.model_dump(), **parts})


def test_the_model_and_its_tokenizer_load_and_the_weights_are_stored_in_half_precision(made):
    folder, _ = made
    model = T5ForConditionalGeneration.from_pretrained(folder / "model")
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    assert len(tokenizer) == model.config.vocab_size
    assert {weight.dtype for weight in weights(folder).values()} == {torch.float16}
    assert not any("label" in name for name in weights(folder))
    answer = model.float().generate(**tokenizer("a rash", return_tensors="pt"), max_new_tokens=3)
    assert answer.shape[0] == 1


def test_every_step_leaves_its_folder_and_every_stage_its_losses(made):
    folder, seen = made
    assert {path.name for path in folder.iterdir()} >= {
        "plan.json", "tokenizer", "start", "distillation", "learning", "model"
    }  # fmt: skip
    lines = [json.loads(line) for line in (folder / "learning.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if line["kind"] == "train"] == [1, 2, 3, 4, 5]
    assert {line["step"] for line in lines if line["kind"] == "validation"} >= {2, 4}
    assert [event.steps for event in seen if isinstance(event, events.Started)] == [2, 5]


def test_each_stage_moves_the_weights_it_is_about(made):
    folder, _ = made
    start, distilled, learned = (
        load_file(folder / stage / "model.safetensors") for stage in ("start", "distillation", "learning")
    )
    encoder = "encoder.block.0.layer.0.SelfAttention.q.weight"
    decoder = "decoder.block.0.layer.0.SelfAttention.q.weight"
    assert not torch.equal(start[encoder], distilled[encoder])
    assert torch.equal(start[decoder], distilled[decoder])
    assert not torch.equal(distilled[encoder], learned[encoder])
    assert not torch.equal(distilled[decoder], learned[decoder])


def test_a_further_lesson_goes_on_from_the_one_before(plan, tmp_path):
    more = {**plan.learning.model_dump(), "steps": 2, "gaps": 1.0, "pairs": []}
    pretrain(change(plan, distillation=None, further=[more]), tmp_path / "work")
    first, second = (
        load_file(tmp_path / "work" / stage / "model.safetensors") for stage in ("learning", "learning-2")
    )
    assert any(not torch.equal(first[name], second[name]) for name in first)
    assert all(
        torch.equal(weight.half(), weights(tmp_path / "work")[name]) for name, weight in second.items()
    )
    moved = torch.cat([(second[name] - first[name]).flatten() for name in first]).norm()
    assert moved < 0.3 * torch.cat([weight.flatten() for weight in first.values()]).norm()


def test_where_the_decoder_goes_on_alone_nothing_else_moves(plan, tmp_path):
    writing = {"steps": 3, "batch_size": 4, "learning_rate": 1e-2}
    pretrain(change(plan, distillation=None, writing=writing), tmp_path / "work")
    learned, written = (
        load_file(tmp_path / "work" / stage / "model.safetensors") for stage in ("learning", "writing")
    )
    moved = {name for name in learned if not torch.equal(learned[name], written[name])}
    assert moved
    assert {name.partition(".")[0] for name in moved} == {"decoder"}
    assert all(
        torch.equal(weight.half(), weights(tmp_path / "work")[name]) for name, weight in written.items()
    )


def test_a_finished_work_is_not_done_again(made, plan):
    folder, _ = made
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    seen = []
    assert pretrain(plan, folder, watch=seen.append) == folder / "model"
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert seen == []


def test_a_killed_work_goes_on_and_ends_as_one_that_was_not(made, plan, tmp_path):
    def kill(event):
        if event == events.Stepped(3):  # the distillation has two steps, the learning a checkpoint at two
            raise Killed

    with pytest.raises(Killed):
        pretrain(plan, tmp_path / "work", watch=kill)
    assert not (tmp_path / "work" / "learning").exists()
    random.seed(1)
    torch.manual_seed(1)
    seen = []
    pretrain(plan, tmp_path / "work", watch=seen.append)
    assert [event for event in seen if isinstance(event, events.Started)] == [events.Started(2, 5)]
    whole, resumed = weights(made[0]), weights(tmp_path / "work")
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    for stage in ("distillation", "learning"):
        lines, others = (
            [json.loads(line) for line in (folder / f"{stage}.jsonl").read_text().splitlines()]
            for folder in (made[0], tmp_path / "work")
        )
        assert [line["step"] for line in lines] == [line["step"] for line in others]


def test_a_stage_killed_before_its_weights_were_written_is_not_trained_longer(made, plan, tmp_path):
    folder = shutil.copytree(made[0], tmp_path / "work")
    shutil.rmtree(folder / "learning")
    shutil.rmtree(folder / "model")
    seen = []
    pretrain(plan, folder, watch=seen.append)
    assert not any(isinstance(event, events.Stepped) for event in seen)
    assert all(torch.equal(weight, weights(folder)[name]) for name, weight in weights(made[0]).items())


def test_the_model_is_that_of_the_last_stage(made, plan, tmp_path):
    folder = shutil.copytree(made[0], tmp_path / "work")
    shutil.rmtree(folder / "model")
    pretrain(plan, folder)
    assert all(torch.equal(weight, weights(folder)[name]) for name, weight in weights(made[0]).items())
    last = load_file(folder / "learning" / "model.safetensors")
    assert all(torch.equal(weight.half(), weights(folder)[name]) for name, weight in last.items())


@pytest.fixture
def stages(monkeypatch, tmp_path):
    """What the stages of a plan are given to learn from and to be judged on; nothing is trained."""

    def given(plan):
        taken = []
        monkeypatch.setattr(
            "workup.pretraining.pretrain.fit", lambda _, *sides, **__: taken.append(sides[:2])
        )
        pretrain(plan, tmp_path / f"work {plan.seed}")
        return taken

    return given


def parts(mixture):
    """The texts and the pairs of a mixture."""
    answering, gaps = mixture.tasks
    return gaps.texts, [repr(pair) for pair in answering.pairs]


def test_no_stage_learns_from_what_its_losses_are_taken_on(stages, plan, texts):
    distillation, learning = stages(plan)
    learned, judged = (batches.task.texts for batches in distillation)
    assert sorted([*learned, *judged]) == sorted(texts)
    assert judged == texts[::10]
    for learned, judged in zip(*(parts(batches.task) for batches in learning), strict=True):
        assert not set(learned) & set(judged)
        assert len(learned) == pytest.approx(9 * len(judged), rel=0.01)


def test_further_texts_are_distilled_and_have_no_gaps(stages, plan, pairs_file, texts):
    further = {"source": str(pairs_file), "columns": ["finding"]}
    distillation, learning = stages(change(plan, texts=[further]))
    assert set(distillation[0].task.texts) - set(texts) == {
        "CRP 8 mg/l.",
        "temperature 39.1 °C.",
        "Hb < 90 g/l.",
        "SpO2 94 %.",
        "no pain.",
        "pulse 110/min.",
    }
    assert set(parts(learning[0].task)[0]) <= set(texts)


def test_shares_sizes_and_steps_are_those_of_the_plan(stages, plan):
    [(train, judge)] = stages(
        change(plan, distillation=None, learning={**plan.learning.model_dump(), "gaps": 0.2})
    )
    assert train.task.shares == judge.task.shares == [0.5, 0.2]
    assert (len(train), train.size) == (5, 4)


def test_no_two_stages_and_no_two_seeds_draw_alike(stages, plan):
    seeds = [train.seed for seed in (0, 1) for train, _ in stages(change(plan, seed=seed))]
    assert len(set(seeds)) == 4


def test_a_start_without_teacher_is_drawn_by_the_seed_alone(stages, plan, tmp_path):
    alone = change(
        plan,
        teacher=None,
        distillation=None,
        encoder=Encoder(width=16, heads=2, hidden=16, layers=1).model_dump(),
        tokenizer=TokenizerChoice(kind="unigram", pieces=520).model_dump(),
    )

    def start():
        stages(alone)
        return load_file(tmp_path / "work 0" / "start" / "model.safetensors")

    first = start()
    for folder in ("start", "learning", "model"):
        shutil.rmtree(tmp_path / "work 0" / folder)
    torch.manual_seed(1)
    second = start()
    assert all(torch.equal(weight, second[name]) for name, weight in first.items())


def test_a_folder_of_another_plan_and_a_folder_of_other_things_are_refused(made, plan, tmp_path):
    with pytest.raises(RunError, match="holds the work of another plan; choose another folder"):
        pretrain(change(plan, seed=1), made[0])
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no pretraining"):
        pretrain(plan, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_whose_plan_is_broken_is_refused(plan, tmp_path):
    (tmp_path / "plan.json").write_text("{half")
    with pytest.raises(RunError, match=r"plan\.json is broken"):
        pretrain(plan, tmp_path)


def test_a_source_without_a_column_is_named_with_the_nearest_one(plan, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"text": "a rash", "findings": "no pain"}\n')
    pairs = [plan.learning.pairs[0].model_copy(update={"source": str(tmp_path / "rows.jsonl")})]
    lacking = change(plan, learning=plan.learning.model_copy(update={"pairs": pairs}).model_dump())
    with pytest.raises(
        DataError, match=r"rows\.jsonl:1: column 'finding', .*missing; did you mean 'findings'\?"
    ):
        pretrain(lacking, tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_the_command_makes_a_base_of_the_plans_shape_without_a_teacher(workup, plan, tmp_path):
    alone = change(
        plan,
        teacher=None,
        distillation=None,
        encoder=Encoder(width=32, heads=4, hidden=48, layers=1).model_dump(),
        tokenizer=TokenizerChoice(kind="unigram", pieces=520).model_dump(),
    )
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(alone.model_dump()))
    done = workup("pretrain", "tiny.yaml")
    assert done.status == 0, done
    assert "runs/tiny/model" in done.out.replace("\n", "")
    config = T5ForConditionalGeneration.from_pretrained(tmp_path / "runs" / "tiny" / "model").config
    assert (config.d_model, config.num_heads, config.d_ff, config.num_layers) == (32, 4, 48, 1)
    assert not (tmp_path / "runs" / "tiny" / "distillation").exists()
