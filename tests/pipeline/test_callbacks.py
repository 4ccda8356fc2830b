import signal
import threading
from types import SimpleNamespace

import pytest
from transformers import TrainerControl, TrainerState

from workup.errors import RunError
from workup.pipeline import checkpoints, events
from workup.pipeline.callbacks import Reporter, StopAfterStep, interruptible

STATE = TrainerState(global_step=7, max_steps=9, epoch=0.5)


def test_the_watcher_hears_of_every_step_and_loss():
    seen = []
    reporter = Reporter(seen.append, "rest")
    reporter.on_train_begin(None, STATE, None)
    reporter.on_step_end(None, STATE, None)
    reporter.on_log(None, STATE, None, {"loss": "2.5", "learning_rate": 0.1, "grad_norm": 3})
    reporter.on_log(None, STATE, None, {"train_runtime": 12.0})
    assert seen == [events.Started(7, 9), events.Stepped(7), events.Logged(7, 0.5, 2.5, 0.1, 3.0)]
    assert reporter.loss == 2.5


@pytest.mark.parametrize("loss", ["nan", "inf"])
def test_a_loss_that_is_not_finite_ends_the_training_with_the_remedy(loss):
    with pytest.raises(RunError, match=f"became {loss} at step 7; take smaller steps"):
        Reporter(events.ignore, "take smaller steps").on_log(None, STATE, None, {"loss": float(loss)})


def test_the_best_validation_loss_is_kept():
    seen = []
    reporter = Reporter(seen.append, "")
    for loss in (3.0, 1.0, 2.0):
        reporter.on_evaluate(None, STATE, None, {"eval_loss": loss})
    assert reporter.best == 1.0
    assert [event.loss for event in seen] == [3.0, 1.0, 2.0]


def test_a_checkpoint_counts_once_it_is_reported_saved(tmp_path):
    checkpoint = tmp_path / "checkpoint-7"
    checkpoint.mkdir()
    Reporter(events.ignore, "").on_save(SimpleNamespace(output_dir=str(tmp_path)), STATE, None)
    assert checkpoints.latest(tmp_path) == checkpoint


def test_a_stopped_training_finishes_its_step_and_writes_a_checkpoint():
    stop, control = threading.Event(), TrainerControl()
    StopAfterStep(stop).on_step_end(None, STATE, control)
    assert not control.should_training_stop
    stop.set()
    StopAfterStep(stop).on_step_end(None, STATE, control)
    assert control.should_training_stop
    assert control.should_save


def test_the_first_ctrl_c_asks_to_stop_and_the_second_breaks_off():
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before


def test_a_training_in_another_thread_leaves_ctrl_c_to_the_main_one():
    handlers = []

    def work():
        with interruptible() as stop:
            handlers.extend([signal.getsignal(signal.SIGINT), stop.is_set()])

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [before, False]
