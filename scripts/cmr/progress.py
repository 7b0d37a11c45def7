"""Shows on stderr how far a run is, and keeps the time that each stage takes."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ADDING = threading.Lock()


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Adds the seconds that a block takes to those of the name, in whatever thread."""
    started = time.perf_counter()
    yield
    took = time.perf_counter() - started
    with ADDING:
        seconds[name] = round(seconds.get(name, 0) + took, 3)


class StageProgress:
    """One stage after another: a bar for each on a terminal, a plain line for each anywhere else.

    `step` may be called from any thread.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.current: str | None = None
        self.started = 0.0
        self.bar: Progress | None = None
        if sys.stderr.isatty():
            self.bar = Progress(
                TextColumn("{task.description:24}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[detail]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self.task = self.bar.add_task("", detail="", visible=False)

    def __enter__(self) -> "StageProgress":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_stage()
        if self.bar:
            self.bar.stop()

    def stage(self, name: str, total: int | None = None) -> None:
        """Ends the stage before and begins one of `total` steps, or of a number that is not known yet."""
        self.end_stage()
        self.current, self.started = name, time.perf_counter()
        if self.bar:
            self.bar.remove_task(self.task)
            self.task = self.bar.add_task(name, total=total, detail="")
        else:
            print(f"{name} ...", file=sys.stderr, flush=True)

    def step(self, detail: str = "", steps: int = 1, total: int | None = None) -> None:
        """Counts steps of the stage; `detail` says what is being done."""
        if self.bar:
            self.bar.update(self.task, advance=steps, detail=detail, total=total)

    def end_stage(self) -> None:
        if self.current:
            self.seconds[self.current] = round(time.perf_counter() - self.started, 2)
            self.current = None
