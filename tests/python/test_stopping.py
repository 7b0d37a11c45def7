"""Whatever stops a command, and however early: one message, an exit status of 128 and the signal, nothing left."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import support
from cmr import project, stopping
from cmr.commands import check
from cmr.stopping import Stopped

SAMPLE = project.root() / "samples" / "doj_extract.csv"


def start(folder: Path, *words: object, program: tuple[str, ...] = ("-m", "cmr")) -> subprocess.Popen[str]:
    """A command with processes of its own group, in a folder where it also makes what is temporary."""
    return subprocess.Popen(
        [sys.executable, *program, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folder), "CMR_TEMP": str(folder)},
        cwd=folder,
        preexec_fn=support.hear_signals,
        start_new_session=True,
    )


def assert_stopped(process: subprocess.Popen[str], number: signal.Signals, folder: Path) -> None:
    """Sends the signal to all processes of the command, as a terminal does."""
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    said = [line for line in errors.splitlines() if not line.endswith(" ...")]  # but for the stages
    assert said == ["cmr: stopped; nothing was written"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", stopping.SIGNALS)
@pytest.mark.parametrize("entry", ["cmr", "cmr.cli"])
def test_a_signal_while_the_command_is_loaded(tmp_path: Path, number: signal.Signals, entry: str) -> None:
    """Typer takes most of the time until --help can answer; here it takes until the signal has come."""
    (tmp_path / "typer.py").write_text("import time\nprint(flush=True)\ntime.sleep(60)\n")
    folder = tmp_path / "here"
    folder.mkdir()
    script = f"sys.path.insert(0, {str(tmp_path)!r}); runpy.run_module({entry!r}, run_name='__main__')"
    process = start(folder, "--help", program=("-c", f"import runpy, sys; {script}"))
    assert process.stdout is not None
    process.stdout.readline()
    assert_stopped(process, number, folder)


@pytest.mark.parametrize("delay", [0.1, 0.2, 0.4, 0.7, 1.0])
def test_a_signal_in_the_first_second(tmp_path: Path, delay: float) -> None:
    process = start(tmp_path, "docs", "--out", "docs.html")
    time.sleep(delay)
    assert_stopped(process, signal.SIGINT, tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ["run", SAMPLE, "--as-of", "2020-07-01", "--county", "SACRAMENTO", "--out", "new/out"],
        ["check", SAMPLE, "--as-of", "2020-07-01"],
        ["compare", project.root() / "samples" / "criteria.json", "county_criteria", "--run", "RUN"],
        ["deidentify", SAMPLE, "--as-of", "2020-07-01", "--key", "../key", "--out", "out.csv"],
        ["docs", "--out", "docs.html"],
        ["export-marts", "--run", "RUN", "--out", "out"],
        ["generate", "--lines", "100000", "--county", "SACRAMENTO", "--out", "out.csv"],
        ["papers", "RUN", "--out", "out"],
    ],
    ids=lambda words: words[0],
)
def test_a_signal_while_something_lies_on_the_disk(
    tmp_path: Path, sample_run: Path, words: list[object]
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "key").write_text("0" * 64)
    (tmp_path / "key").chmod(0o600)
    process = start(folder, *(sample_run if word == "RUN" else word for word in words))
    while not any(folder.iterdir()):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    assert_stopped(process, signal.SIGHUP, folder)


def test_a_process_of_a_pool_hears_no_signal() -> None:
    program = "import signal; print(sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))))"
    with stopping.held_back():
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, preexec_fn=support.hear_signals
        )
    assert done.stdout == f"{sorted(map(int, stopping.SIGNALS))}\n"
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_nohup_is_heeded() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping.stoppable():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_error_of_a_library_that_was_stopped_is_no_error() -> None:
    with pytest.raises(Stopped), stopping.stoppable():
        with suppress(Stopped):
            signal.raise_signal(signal.SIGTERM)
        raise RuntimeError("Query interrupted")


def test_a_bar_is_taken_off_the_terminal_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hides the cursor."""
    ended = []
    monkeypatch.setattr(check.StageProgress, "__exit__", lambda *given: ended.append(given))
    monkeypatch.setattr(
        check.inspection, "inspect_file", lambda *given, **named: signal.raise_signal(signal.SIGINT)
    )
    with pytest.raises(Stopped):
        check.inspect([SAMPLE])
    assert len(ended) == 1


def test_what_a_library_swallowed_stops_before_anything_is_in_place() -> None:
    with pytest.raises(Stopped), stopping.stoppable():
        with suppress(Stopped):
            signal.raise_signal(signal.SIGTERM)
        stopping.finish()


def test_a_second_signal_does_not_disturb_the_removal() -> None:
    done = []

    def clean_up() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("removed")

    with pytest.raises(Stopped), stopping.stoppable(clean_up):
        signal.raise_signal(signal.SIGINT)
    assert done == ["removed"]


def test_a_run_whose_files_are_in_place_is_done(tmp_path: Path) -> None:
    """A signal after that changes nothing: the files are there, and the message would say that they are not."""
    program = """
import signal, sys
from cmr import __main__
from cmr.commands import run
shown = run.show
def show(*given):
    signal.raise_signal(signal.SIGINT)
    shown(*given)
run.show = show
__main__.main()
"""
    path = support.extract(tmp_path)
    words = ["run", path, "--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", tmp_path / "out"]
    process = start(tmp_path, *words, program=("-c", program))
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, "Files: " in out, "stopped" in errors) == (0, True, False), errors
