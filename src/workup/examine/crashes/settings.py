"""Crashes because training arguments contradict each other, the data, or the machine."""

from __future__ import annotations

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_TRAINER = "https://huggingface.co/docs/transformers/main_classes/trainer"


def _strategies(scene: Scene) -> Told:
    evaluated, saved = scene.groups["eval"].lower(), scene.groups["save"].lower()
    wanted = saved if evaluated == "no" else evaluated
    return Told(
        f'the best model is to be loaded at the end, but evaluation is "{evaluated}" and saving is "{saved}"',
        Remedy(
            "give both the same strategy",
            code=f'eval_strategy="{wanted}", save_strategy="{wanted}"',
        ),
    )


def _multiples(scene: Scene) -> Told:
    saved, evaluated = scene.groups["save"], scene.groups["eval"]
    return Told(
        f"saving happens every {saved} steps and evaluation every {evaluated}: some of the saved models "
        "would have no score",
        Remedy("save as often as you evaluate", code=f"eval_steps={evaluated}, save_steps={evaluated}"),
    )


def _no_metric(scene: Scene) -> Told:
    wanted = scene.groups["name"]
    known = [name.strip(" '") for name in scene.groups["valid"].split(",")]
    usable = [name for name in known if not name.endswith(("_second", "_runtime", "epoch"))]
    evidence = {"available": known}
    if wanted == "eval_loss" and "eval_loss" not in known:
        return Told(
            "the evaluation gave no loss, because it saw no labels: they are missing from the evaluation "
            "rows, or the model is wrapped so that the Trainer cannot see its argument `labels`",
            Remedy("name the labels", code='label_names=["labels"]'),
            evidence,
        )
    return Told(
        f"the best model is to be chosen by {wanted!r}, and the evaluation gave only "
        f"{', '.join(usable) or 'times'}",
        Remedy(
            "choose by a metric that the evaluation gives, or return this one from compute_metrics",
            code=f'metric_for_best_model="{usable[0]}"' if usable else "",
        ),
        evidence,
    )


def _precision(scene: Scene) -> Told:
    name = next(iter(scene.groups.values()))
    cpu = "; on a CPU bf16 needs `use_cpu=True` beside it" if name == "bf16" else ""
    return Told(
        f"{name} was asked for, which torch does not offer on the device that it found",
        Remedy(f"train in float32{cpu}", code=f"{name}=False"),
    )


BEST_NOT_MATCHING = Crash(
    code="CRA009",
    name="best-model-strategies-differ",
    stage="training",
    errors=("ValueError",),
    pattern=r"load_best_model_at_end requires the save and eval strategy to match"
    r".*Evaluation strategy: (?:\w+\.)?(?P<eval>\w+).*Save strategy: (?:\w+\.)?(?P<save>\w+)",
    shown=(
        "--load_best_model_at_end requires the save and eval strategy to match, but found\n"
        "- Evaluation strategy: IntervalStrategy.NO\n- Save strategy: SaveStrategy.STEPS",
    ),
    summary="The best model is to be loaded at the end, but saving and evaluation do not happen together.",
    why="Only a model that was both saved and evaluated can be the best. The defaults are to save every 500 "
    "steps and never to evaluate.",
    remedy=Remedy("give both the same strategy", code='eval_strategy="epoch", save_strategy="epoch"'),
    sources=(_TRAINER,),
    tell=_strategies,
)
BEST_NOT_MULTIPLE = Crash(
    code="CRA010",
    name="best-model-steps-differ",
    stage="training",
    errors=("ValueError",),
    pattern=r"requires the saving steps to be a (?:round )?multiple of the evaluation steps, but found "
    r"(?P<save>[\d.]+), which is not a (?:round )?multiple of (?P<eval>[\d.]+)\.",
    shown=(
        "--load_best_model_at_end requires the saving steps to be a round multiple of the evaluation steps, "
        "but found 500, which is not a round multiple of 200.",
    ),
    summary="The best model is to be loaded at the end, but some saved models would have no score.",
    why="Every saved model must have been evaluated at the same step.",
    remedy=Remedy("save as often as you evaluate", code="eval_steps=500, save_steps=500"),
    sources=(_TRAINER,),
    tell=_multiples,
)
NO_EVALUATION_ROWS = Crash(
    code="CRA011",
    name="evaluation-without-rows",
    stage="training",
    errors=("ValueError",),
    pattern=r"but you didn't pass an `eval_dataset`|evaluation requires an eval_dataset",
    shown=(
        "You have set `args.eval_strategy` to IntervalStrategy.STEPS but you didn't pass an `eval_dataset` "
        "to `Trainer`.",
        "Trainer: evaluation requires an eval_dataset.",
    ),
    summary="Evaluation was asked for, and the Trainer was given no rows for it.",
    why="The Trainer does not split the training rows.",
    remedy=Remedy(
        "hold out some rows and give them to the Trainer",
        code='split = dataset.train_test_split(0.1, seed=0)  # then: eval_dataset=split["test"]',
    ),
    sources=(_TRAINER,),
)
NO_METRIC = Crash(
    code="CRA012",
    name="metric-of-best-model-missing",
    stage="training",
    errors=("KeyError",),
    pattern=r"`metric_for_best_model` training argument is set to '(?P<name>[^']+)', which is not found in "
    r"the evaluation metrics\. The available evaluation metrics are: \[(?P<valid>[^\]]*)\]",
    shown=(
        "\"The `metric_for_best_model` training argument is set to 'eval_loss', which is not found in the "
        "evaluation metrics. The available evaluation metrics are: ['eval_runtime', 'epoch'].\"",
    ),
    summary="The best model is to be chosen by a metric that the evaluation does not give.",
    why="Either compute_metrics returns other names, or there is no loss because the evaluation saw no "
    "labels. A PEFT model hides the argument `labels` from the Trainer.",
    remedy=Remedy("name the labels, or choose by a metric that is there", code='label_names=["labels"]'),
    sources=(
        "https://github.com/huggingface/transformers/issues/33420",
        "https://github.com/huggingface/transformers/issues/38130",
    ),
    tell=_no_metric,
)
NO_SUCH_PRECISION = Crash(
    code="CRA013",
    name="precision-not-supported",
    stage="environment",
    errors=("ValueError",),
    pattern=r"Your setup doesn't support (?P<a>bf16)|--(?P<b>tf32) requires"
    r"|(?P<c>fp16|bf16) mixed precision requires",
    shown=(
        "Your setup doesn't support bf16/gpu. You need to assign use_cpu if you want to train the model on "
        "CPU.",
        "--tf32 requires Ampere or a newer GPU arch, cuda>=11 and torch>=1.7",
        "fp16 mixed precision requires a GPU (not 'mps').",
    ),
    summary="The precision that was asked for needs another device than this machine has.",
    why="bf16 and tf32 need an Nvidia GPU from Ampere on; fp16 needs a GPU. On a CPU bf16 works, but only "
    "where `use_cpu=True` says that a CPU is meant.",
    remedy=Remedy("train in float32", code="bf16=False, fp16=False"),
    sources=(_TRAINER,),
    tell=_precision,
)
NO_LENGTH = Crash(
    code="CRA014",
    name="streamed-rows-without-max-steps",
    stage="training",
    errors=("ValueError",),
    pattern=r"(?:does not implement __len__|dataloader does not have a length).*max_steps"
    r"|max_steps.*dataloader does not have a length",
    shown=(
        "The train_dataset does not implement __len__, so the number of training steps cannot be inferred; "
        "max_steps has to be specified.",
        "args.max_steps must be set to a positive value if dataloader does not have a length, was -1",
    ),
    summary="The training rows are streamed, so nobody knows how many steps an epoch has.",
    why="The learning-rate schedule is laid out over all steps in advance.",
    remedy=Remedy("say how many steps to make: rows x epochs / rows a step", code="max_steps=1000"),
    sources=(_TRAINER,),
)
NO_ROWS = Crash(
    code="CRA015",
    name="no-rows",
    stage="input",
    errors=("ValueError",),
    pattern=r"num_samples should be a positive integer value, but got num_samples=0"
    r"|No columns in the dataset match .*columns have been ignored: \[\]",
    shown=("num_samples should be a positive integer value, but got num_samples=0",),
    summary="The data set has not one row.",
    why="A filter or a split has left none; the errors come from the shuffling of no rows, and from their "
    "having no columns.",
    remedy=Remedy("look at the length after each step of the preparation", code="print(len(dataset))"),
    sources=("https://huggingface.co/docs/datasets/process",),
)

CRASHES = (
    BEST_NOT_MATCHING,
    BEST_NOT_MULTIPLE,
    NO_EVALUATION_ROWS,
    NO_METRIC,
    NO_SUCH_PRECISION,
    NO_LENGTH,
    NO_ROWS,
)
