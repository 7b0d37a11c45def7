"""What a process costs, and medians of it."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from cmr import project

FOLDER = project.root() / "data" / "bench"
SCRATCH = FOLDER / "scratch"


class Cost(NamedTuple):
    """What one process and its children took: seconds of wall clock and of processors, the largest memory in MiB, and
    MB read and written, cached or not (0 where the system does not say)."""

    wall: float
    cpu: float
    memory: float
    read: float
    written: float


def measure(command: Sequence[object], **environment: str) -> Cost:
    """Runs a command in a process of its own; ends the benchmark if it fails."""
    words = [str(word) for word in command]
    began = time.perf_counter()
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | environment
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - began
    moved = bytes_moved(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):  # 3: lines were set aside, which generated extracts may have
        sys.exit(f"{' '.join(words)}: exit {process.returncode}\n{errors.decode()}")
    per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib, *moved)


def bytes_moved(pid: int) -> tuple[float, float]:
    """MB that an ended process read and wrote."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0, 0.0
    counts = dict(line.split(": ") for line in lines)
    return int(counts["rchar"]) / 1e6, int(counts["wchar"]) / 1e6


def medians(commands: dict[str, Callable[[], Cost]], runs: int) -> dict[str, Cost]:
    """The median cost of each of the commands, which take turns: what disturbs the machine disturbs all alike."""
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            shutil.rmtree(SCRATCH, ignore_errors=True)
            SCRATCH.mkdir(parents=True)
            taken[name].append(command())
    shutil.rmtree(SCRATCH)
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in taken.items()}
