"""Sets many papers on all processors. One paper that cannot be set does not stop the others."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cmr import stopping
from cmr.papers.typesetting import CannotBeSet, forget, set_pdf

# Characters of data from which on a paper costs more memory than is to be kept for the next.
LARGE = 100_000


@dataclass(frozen=True)
class Paper:
    """One PDF: where it goes, its template, and its data as JSON."""

    path: Path
    template: str
    data: str


def typeset(
    batches: Iterator[list[Paper]], number: int, typesetter: Typesetter, step: Callable[[int], None]
) -> list[str]:
    """Sets `number` batches of papers: on every processor, with few batches in memory at a time.

    Returns the names of the files that cannot be set.
    """
    not_set: list[str] = []

    def done(batch: int, failed: list[str]) -> None:
        step(batch)
        not_set.extend(failed)

    if number <= 2:  # starting processes would take longer
        for batch in batches:
            done(len(batch), typesetter.set(batch))
        return not_set
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with stopping.held_back():
        pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=end_with_the_parent
        )
    try:
        waiting: deque[tuple[int, Future[list[str]]]] = deque()
        for batch in batches:
            with stopping.held_back():  # this is where processes start
                waiting.append((len(batch), pool.submit(typesetter.set, batch)))
            if len(waiting) > 3 * processes:
                papers, future = waiting.popleft()
                done(papers, future.result())
        for papers, future in waiting:
            done(papers, future.result())
    finally:
        pool.shutdown(cancel_futures=True)
    return not_set


def end_with_the_parent() -> None:
    """Ends this process when the parent is killed: it would wait for work forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(frozen=True)
class Typesetter:
    """Makes PDFs; `office` is the county's settings."""

    office: dict[str, Any]
    as_of: date

    def set(self, papers: list[Paper]) -> list[str]:
        """Writes the PDF of each paper, and returns the names of the files that cannot be set."""
        failed = []
        for paper in papers:
            try:
                pdf = set_pdf(paper.template, self.as_of, office=self.office, paper=json.loads(paper.data))
                paper.path.write_bytes(pdf)
            except CannotBeSet:
                failed.append(paper.path.name)
            if len(paper.data) > LARGE:
                forget()
        return failed
