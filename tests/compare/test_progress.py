from pathlib import Path

from workup.compare.progress import Doing, Tally
from workup.pipeline import events
from workup.trials import Finished, Known, Outcome, Progress, Started


def test_pieces_that_run_side_by_side_are_added_up():
    told = []
    tally = Tally("training and testing", 3, told.append)
    for event in (Known(0, Outcome()), Started(1), Progress(1, 5, 10), Finished(1, Outcome())):
        tally.trial(event)
    assert told == [Doing("training and testing", done, 3) for done in (1.0, 1.5, 2.0)]


def test_a_training_here_is_a_piece_too():
    told = []
    watch = Tally("training", 1, told.append).training(0)
    for event in (events.Started(0, 4), events.Stepped(1), events.Saved(str(Path("model")))):
        watch(event)
    assert told == [Doing("training", 0.25, 1)]
