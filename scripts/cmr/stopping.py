"""What Ctrl-C, a request to end (SIGTERM) and a lost terminal (SIGHUP) do to the command.

While there is nothing to clean up, they end it at once. In a `stoppable` block they raise Stopped, so that files are
removed and the terminal gets its cursor back. Both say the same and give the same exit status.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

MESSAGE = b"cmr: stopped; nothing was written\n"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_asked: list[int] = []  # the signals that came in the present stoppable block
_finished = False


class Stopped(KeyboardInterrupt):
    """The command was asked to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def signals() -> list[signal.Signals]:
    """The signals that stop the command: not SIGHUP where it is ignored, as nohup has it."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [number for number in SIGNALS if number != signal.SIGHUP or not ignored]


def listen() -> None:
    """Lets a signal end the process at once from here on: to be called before anything else is loaded."""
    for number in signals():
        signal.signal(number, end_at_once)


def end_at_once(number: int, frame: FrameType | None) -> None:
    """Ends the process, whatever it is doing, unless its output is in place."""
    if not _finished:
        say_stopped()
        os._exit(128 + number)


def ignore_signals() -> None:
    """Lets no further signal change anything."""
    for number in signals():
        signal.signal(number, signal.SIG_IGN)


def say_stopped() -> None:
    """Says it past Python's own stream, which may be in use this moment."""
    with suppress(OSError):
        os.write(2, MESSAGE)


def end_stopped(stopped: Stopped) -> int:
    """Says that a command was stopped; returns its exit status."""
    import threading

    ignore_signals()
    say_stopped()
    # A thread in the midst of a query must not hold the exit up for long.
    deadline = threading.Timer(5, os._exit, [128 + stopped.number])
    deadline.daemon = True
    deadline.start()
    return 128 + stopped.number


@contextmanager
def stoppable(clean_up: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Turns signals into Stopped, raised wherever the block is; afterwards cleans up, which no signal disturbs.

    A library may raise an error of its own in its stead, as DuckDB does in the midst of a query: that counts too.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        _asked.append(number)
        raise Stopped(number)

    _asked.clear()
    before = {number: signal.signal(number, stop) for number in signals()}
    try:
        try:
            yield
        finally:
            ignore_signals()
    except Exception as error:
        if _asked:
            raise Stopped(_asked[0]) from error
        raise
    finally:
        clean_up()
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Holds signals back for the block; a process that is started in it never gets any of them.

    A terminal sends them to all processes: only the one that started the others has to answer.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def finish() -> None:
    """Says that the output goes into its place now: from here on no signal changes anything.

    Raises Stopped if a signal came before and a library swallowed what it raised.
    """
    global _finished
    ignore_signals()
    if _asked:
        raise Stopped(_asked[0])
    _finished = True
