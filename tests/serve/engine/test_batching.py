"""The queue before a model: what goes together, what is left out, and what happens to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from workup.errors import DataError
from workup.serve.engine.batching import Batcher
from workup.serve.problems import Problem
from workup.serve.settings import Settings


class Recorder:
    """Stands for a diagnoser: repeats what it is given, keeps the batches, and can be held up."""

    def __init__(self) -> None:
        self.batches: list[tuple[list[str], bool]] = []
        self.entered, self.free = Event(), Event()
        self.free.set()

    def assess_many(self, given: Sequence[str], explain: bool = True) -> list[Any]:
        self.batches.append(([*given], explain))
        self.entered.set()
        assert self.free.wait(30)
        if "bad" in given:
            raise DataError("bad cannot be read")
        if "broken" in given:
            raise ZeroDivisionError
        return [f"answer to {one}" for one in given]


def held(recorder: Recorder) -> Any:
    return SimpleNamespace(diagnoser=recorder)


def batcher(threads: int = 1, **settings: Any) -> Batcher:
    return Batcher(Settings(**{"batch_wait": 0.05, **settings}), threads)


async def busy(queue: Batcher, recorder: Recorder) -> asyncio.Task[Any]:
    """Hold the thread up with a first case."""
    recorder.free.clear()
    first = asyncio.create_task(queue.submit(held(recorder), "first", False))
    await asyncio.to_thread(recorder.entered.wait, 30)
    return first


async def waits(queue: Batcher, recorder: Recorder, *given: str, explain: bool = False) -> list[Any]:
    tasks = [asyncio.create_task(queue.submit(held(recorder), one, explain)) for one in given]
    await asyncio.sleep(0)
    return tasks


def test_cases_that_come_together_are_answered_in_one_call_and_each_gets_its_own_answer():
    queue, recorder = batcher(), Recorder()

    async def ask():
        return await asyncio.gather(*(queue.submit(held(recorder), one, False) for one in "abc"))

    assert asyncio.run(ask()) == ["answer to a", "answer to b", "answer to c"]
    assert recorder.batches == [(["a", "b", "c"], False)]


def test_what_waits_while_the_thread_is_busy_goes_in_order_and_in_batches_of_the_size():
    queue, recorder = batcher(batch_size=2), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        tasks = await waits(queue, recorder, *"abc")
        recorder.free.set()
        return await asyncio.gather(first, *tasks)

    assert asyncio.run(ask())[1:] == ["answer to a", "answer to b", "answer to c"]
    assert [given for given, _ in recorder.batches] == [["first"], ["a", "b"], ["c"]]


def test_only_cases_for_the_same_model_asked_the_same_way_go_together():
    queue, recorder, other = batcher(), Recorder(), Recorder()

    async def ask():
        asked = ((recorder, "a", False), (other, "b", False), (recorder, "c", True), (recorder, "d", False))
        return await asyncio.gather(
            *(queue.submit(held(one), given, explain) for one, given, explain in asked)
        )

    assert asyncio.run(ask()) == [f"answer to {one}" for one in "abcd"]
    assert recorder.batches == [(["a", "d"], False), (["c"], True)]
    assert other.batches == [(["b"], False)]


def test_what_waits_is_shared_out_among_the_free_threads():
    queue, recorder = batcher(threads=2), Recorder()

    async def ask():
        recorder.free.clear()
        tasks = await waits(queue, recorder, *"abcde")
        while len(recorder.batches) < 2:  # both are held up at once
            await asyncio.sleep(0.01)
        tasks += await waits(queue, recorder, *"fgh")
        recorder.free.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(ask()) == [f"answer to {one}" for one in "abcdefgh"]
    assert sorted(given for given, _ in recorder.batches[:2]) == [["a", "b", "c"], ["d", "e"]]
    assert sorted(one for given, _ in recorder.batches[2:] for one in given) == ["f", "g", "h"]


def test_nobody_waits_for_company_while_there_is_a_thread_for_each():
    queue, recorder = batcher(threads=2, batch_wait=1), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        recorder.entered.clear()
        second = asyncio.create_task(queue.submit(held(recorder), "second", False))
        await asyncio.wait_for(asyncio.to_thread(recorder.entered.wait), 0.9)
        recorder.free.set()
        return await asyncio.gather(first, second)

    assert asyncio.run(ask()) == ["answer to first", "answer to second"]
    assert recorder.batches == [(["first"], False), (["second"], False)]


def test_more_requests_than_threads_wait_for_company():
    queue, recorder = batcher(batch_size=3, batch_wait=1), Recorder()

    async def ask():
        tasks = await waits(queue, recorder, "a", "b")
        await asyncio.sleep(0.05)
        return await asyncio.gather(*tasks, *await waits(queue, recorder, "c"))

    assert asyncio.run(ask()) == ["answer to a", "answer to b", "answer to c"]
    assert recorder.batches == [(["a", "b", "c"], False)]


def test_batches_are_small_unless_many_wait():
    queue, recorder = batcher(batch_size=16), Recorder()

    async def ask(number):
        first = await busy(queue, recorder)
        tasks = await waits(queue, recorder, *(f"case {place}" for place in range(number)))
        recorder.free.set()
        await asyncio.gather(first, *tasks)
        recorder.entered.clear()
        return [len(given) for given, _ in recorder.batches[-(len(recorder.batches) - 1) :]]

    assert asyncio.run(ask(7)) == [4, 3]
    recorder.batches.clear()
    assert asyncio.run(ask(40)) == [16, 12, 6, 4, 2]


def test_a_thread_is_free_again_after_an_error():
    queue, recorder = batcher(), Recorder()

    async def ask():
        for given in ("broken", "bad", "a"):
            with suppress(ZeroDivisionError, DataError):
                said = await queue.submit(held(recorder), given, False)
        return said

    assert asyncio.run(ask()) == "answer to a"


def test_who_asks_for_reasons_goes_alone_and_does_not_hold_up_all_others():
    queue, recorder = batcher(), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        tasks = await waits(queue, recorder, "a", "b", explain=True)
        tasks += await waits(queue, recorder, "c", "d")
        recorder.free.set()
        return await asyncio.gather(first, *tasks)

    asyncio.run(ask())
    assert recorder.batches[1:] == [(["a"], True), (["b"], True), (["c", "d"], False)]


def test_the_error_of_one_case_is_its_own_and_the_others_are_answered():
    queue, recorder = batcher(), Recorder()

    async def ask():
        given = ("a", "bad", "broken", "b")
        return await asyncio.gather(
            *(queue.submit(held(recorder), one, False) for one in given), return_exceptions=True
        )

    good, bad, broken, fine = asyncio.run(ask())
    assert (good, fine) == ("answer to a", "answer to b")
    assert isinstance(bad, DataError)
    assert isinstance(broken, ZeroDivisionError)


def test_who_has_gone_is_not_asked_for():
    queue, recorder = batcher(), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        gone, stays = await waits(queue, recorder, "gone", "stays")
        gone.cancel()
        await asyncio.sleep(0)
        recorder.free.set()
        return await asyncio.gather(first, stays)

    assert asyncio.run(ask()) == ["answer to first", "answer to stays"]
    assert [given for given, _ in recorder.batches] == [["first"], ["stays"]]
    assert queue.waiting == 0


def test_when_all_who_wait_have_gone_the_next_one_is_still_answered():
    queue, recorder = batcher(), Recorder()

    async def ask():
        (gone,) = await waits(queue, recorder, "gone")
        gone.cancel()
        await asyncio.sleep(0)
        return await queue.submit(held(recorder), "next", False)

    assert asyncio.run(ask()) == "answer to next"


def test_a_full_queue_refuses_with_the_time_to_come_again():
    queue, recorder = batcher(batch_size=1), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        tasks = await waits(queue, recorder, *map(str, range(32)))
        with pytest.raises(Problem) as refused:
            await queue.submit(held(recorder), "one more", False)
        recorder.free.set()
        await asyncio.gather(first, *tasks)
        return refused.value

    problem = asyncio.run(ask())
    assert problem.status == 503
    assert problem.headers["Retry-After"]
    assert "32 cases wait" in problem.detail


def test_an_answer_that_takes_too_long_is_a_problem_and_the_next_case_is_answered():
    queue, recorder = batcher(timeout=0.5, batch_wait=0), Recorder()

    async def ask():
        first = await busy(queue, recorder)
        with pytest.raises(Problem) as late:
            await first
        recorder.free.set()
        return late.value, await queue.submit(held(recorder), "next", False)

    late, answer = asyncio.run(ask())
    assert late.status == 504
    assert "0.5 s" in late.detail
    assert answer == "answer to next"


def test_the_size_of_every_batch_is_told():
    sizes: list[int] = []
    recorder = Recorder()
    queue = Batcher(Settings(batch_wait=0.05), observe=sizes.append)

    async def ask():
        await asyncio.gather(*(queue.submit(held(recorder), one, False) for one in "ab"))

    asyncio.run(ask())
    assert sizes == [2]


def test_after_the_end_a_case_is_refused_at_once():
    queue, recorder = batcher(), Recorder()
    queue.close()
    with pytest.raises(RuntimeError):
        asyncio.run(queue.submit(held(recorder), "late", False))


def test_a_real_model_answers_a_batch_as_it_answers_each_case_alone(diagnoser):
    texts = ["Itchy silvery plaques on both elbows.", "Crushing central chest pain, sweating.", "hello"]

    async def ask():
        queue = batcher()
        return await asyncio.gather(*(queue.submit(held(diagnoser), text, False) for text in texts))

    for together, text in zip(asyncio.run(ask()), texts, strict=True):
        alone = diagnoser.assess(text)
        assert (together.abstained, together.red_flags) == (alone.abstained, alone.red_flags)
        assert [one.name for one in together.differential] == [one.name for one in alone.differential]
        assert [one.probability for one in together.differential] == pytest.approx(
            [one.probability for one in alone.differential], abs=2e-3
        )
