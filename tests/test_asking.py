"""The threads that ask AWS: how many may wait for them, and what a crowd costs."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments.refreshing import asking
from experiments.refreshing.asking import Asking
from tests.support.eventually import eventually

SECONDS = 7.0


def look(threads: Asking[object], key: object, *, first: bool = True) -> bool:
    """Ask for ``key`` and wait; whether the question has ended by then."""
    question, _new = threads.start(key, first=first)
    if question is None:
        return False
    threads.wait(question, SECONDS)
    return question.ended.is_set()


def test_one_key_is_asked_for_once_at_a_time() -> None:
    asked: list[object] = []
    answered = threading.Event()

    def ask(key: object) -> None:
        asked.append(key)
        answered.wait(10)

    threads = Asking(ask)
    with ThreadPoolExecutor(8) as lookers:
        looks = [lookers.submit(look, threads, "key") for _ in range(8)]
        eventually(lambda: asked, len)
        assert threads.under_way("key")
        answered.set()
        assert all(done.result() for done in looks)
    assert asked == ["key"]
    assert not threads.under_way("key")
    assert look(threads, "key")
    assert asked == ["key", "key"]


def test_a_burst_of_first_looks_at_a_healthy_aws_is_answered_in_full() -> None:
    threads: Asking[object] = Asking(lambda _key: time.sleep(0.02))
    with ThreadPoolExecutor(64) as lookers:
        assert all(lookers.map(lambda key: look(threads, key), range(64)))


def test_while_calls_hang_few_wait_and_what_is_known_is_brought_up_to_date() -> None:
    hanging = threading.Event()
    asked: list[object] = []

    def ask(key: object) -> None:
        asked.append(key)
        if key:
            hanging.wait(10)

    threads = Asking(ask, threads=4)
    with ThreadPoolExecutor(300) as lookers:
        looks = [lookers.submit(look, threads, key) for key in range(1, 301)]

        # All but those who may wait have been told, and all but those in flight are in a queue.
        def told() -> list[bool]:
            return [done.result() for done in looks if done.done()]

        eventually(told, lambda told: len(told) == 300 - asking.WAITING)
        assert not any(told())
        assert look(threads, 0, first=False)
        # Two of those were asked for, and the others before their waiting came to its end.
        assert len(asked) == 2 + 1
        assert len(told()) == 300 - asking.WAITING
        hanging.set()
    assert len(asked) <= 3 + 2 + asking.QUEUED


def test_a_call_that_comes_too_late_is_not_made() -> None:
    hanging = threading.Event()
    asked: list[object] = []

    def ask(key: object) -> None:
        asked.append(key)
        hanging.wait(10)

    threads = Asking(ask, threads=1)
    first, _ = threads.start("first", first=True)
    second, _ = threads.start("second", first=True)
    assert first is not None
    assert second is not None
    eventually(second.age, lambda age: age > asking.QUEUE_SECONDS, seconds=7)
    hanging.set()
    threads.wait(second, SECONDS)
    assert second.ended.is_set()
    assert asked == ["first"]


def test_a_fault_of_the_portal_itself_ends_the_question_and_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def ask(_key: object) -> None:
        raise RuntimeError("a fault")

    threads = Asking(ask)
    assert look(threads, "key")
    assert look(threads, "key")
    assert not threads.under_way("key")
    assert "RuntimeError: a fault" in caplog.text
