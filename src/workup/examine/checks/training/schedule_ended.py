"""TRA009"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course
from workup.examine.measurements.learned import UNLEARNED

# Every decaying schedule ends at zero; only a rest without any step is a loss of time.
_LINES, _SHARE = 3, 0.1


@check("TRA009", "training", explains=UNLEARNED)
def schedule_ended(course: Course) -> Finding | None:
    """The learning rate is zero long before the training ends, or from the start.

    What it checks
    Whether the logged learning rate is 0 for the last tenth of the log or more, in three lines at least.

    Why it matters
    At a learning rate of 0 nothing is learned; the rest of the training only costs time. A training that was
    resumed or lengthened keeps the old schedule; `AdafactorSchedule` reports and sets 0 where the optimizer
    was not told to find its own steps.

    Evidence
    The last step at which something was learned, and the last step.

    Example
    Wrong: `get_linear_schedule_with_warmup(optimizer, 0, 1000)` in a training of 5000 steps. Right: as many
    steps as the training has.

    Remedy
    Give the schedule the steps of the whole training; use `AdafactorSchedule` with `relative_step=True` only.

    When it is harmless
    When the last part was meant as a rest and the loss had come down before. With `AdafactorSchedule` and
    `relative_step=True`, zeros in the log are only a matter of reporting.

    Known limits
    The log must hold the learning rate, as the Trainer's does.

    Sources
    https://huggingface.co/docs/transformers/main_classes/optimizer_schedules,
    https://github.com/huggingface/transformers/issues/13033. Measured; the test of this check repeats it.
    """
    rates = [(line.step, line.learning_rate) for line in course.training if line.learning_rate is not None]
    still = 0
    for _, rate in reversed(rates):
        if rate != 0:
            break
        still += 1
    if still < _LINES or still < _SHARE * len(rates):
        return None
    always = still == len(rates)
    last_step = rates[-1][0]
    moved = 0 if always else rates[-still - 1][0]
    return Finding(
        Severity.ERROR if always else Severity.WARNING,
        f"the learning rate is 0 in all {len(rates)} lines of the log: nothing is learned"
        if always
        else f"the learning rate is 0 after step {moved} of {last_step}: the last {last_step - moved} steps "
        f"change nothing",
        Remedy(
            "let the Trainer build optimizer and schedule, or give the schedule as many steps as are made",
            code='arguments.optim = "adafactor"; arguments.lr_scheduler_type = "constant"' if always else "",
        ),
        {"last step with a learning rate": moved, "last step": last_step, "lines with 0": still},
    )
