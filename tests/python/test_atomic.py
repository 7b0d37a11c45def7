"""Whatever ends a run, there is a whole output folder or none, and the next run works."""

import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import support
from cmr import project


def command(path: Path, out: Path) -> list[str]:
    call = ["run", path, "--county", "SACRAMENTO", "--as-of", "2020-07-01", "--out", out]
    return [sys.executable, "-m", "cmr.cli", *map(str, call)]


def check(path: Path) -> list[str]:
    return [sys.executable, "-m", "cmr.cli", "check", str(path)]


def start(path: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(command(path, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_whole_or_absent(out: Path) -> None:
    assert not out.exists() or (out / "manifest.json").exists()


def assert_next_run_works(path: Path, out: Path) -> None:
    """Into the same folder, with nothing left of the run before."""
    done = support.run(path, out)
    assert done.returncode == 0, done.stderr
    assert sorted(item.name for item in out.parent.iterdir()) == sorted({path.name, out.name})


def test_a_run_that_is_killed(tmp_path: Path) -> None:
    path, out = support.extract(tmp_path), tmp_path / "out"
    with start(path, out) as process:
        assert process.stderr is not None
        while "Building" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(random.random())
        process.kill()
    assert not out.exists()
    [left] = tmp_path.glob(".out.partial-*")
    assert left.stat().st_mode & 0o077 == 0, "others can look into what a killed run left"
    assert_next_run_works(path, out)


def test_a_check_that_is_stopped_or_killed(tmp_path: Path) -> None:
    path, temporary = support.extract(tmp_path), tmp_path / "temporary"
    for number in (signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen(
            check(path), stderr=subprocess.PIPE, text=True, env=os.environ | {"CMR_TEMP": str(temporary)}
        ) as process:
            assert process.stderr is not None
            while "Building" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(number)
            errors = process.stderr.read()
        left = list(temporary.glob("*"))
        if number == signal.SIGTERM:
            assert (process.returncode, errors.splitlines()[-1]) == (143, "cmr: stopped; nothing was written")
            assert left == []
    [killed] = left
    assert killed.stat().st_mode & 0o077 == 0, "others can look into what a killed check left"
    done = support.cmr("check", path, CMR_TEMP=str(temporary))
    assert done.returncode == 0, done.stderr
    assert f"{killed}: left by a run that did not end; removed" in done.stderr
    assert list(temporary.glob("*")) == []


# A command that reads a run, and a function of it that it calls when some of its files are written.
WRITERS = {
    "export-marts": (["export-marts", "--run"], "export_marts.write_dictionary"),
    "papers": (["papers", "--notices"], "papers.StageProgress.step"),
}


def end_in_the_midst(
    call: list[str], function: str, number: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """A command that gets a signal when it calls the function. Ends only when its worker processes have ended too."""
    program = f"""
import os, sys
from cmr import cli
from cmr.commands import {function.split(".")[0]}
def stop(*values, **named):
    os.kill(os.getpid(), {int(number)})
{function} = stop
cli.main()
"""
    command = [sys.executable, "-c", program, *call]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", WRITERS)
def test_a_command_that_is_stopped_or_killed_leaves_nothing_for_long(
    sample_run: Path, tmp_path: Path, name: str
) -> None:
    words, function = WRITERS[name]
    out = tmp_path / "new" / "out"
    call = [*words, str(sample_run), "--out", str(out)]
    stopped = end_in_the_midst(call, function, signal.SIGTERM)
    assert (stopped.returncode, stopped.stderr.splitlines()[-1]) == (143, "cmr: stopped; nothing was written")
    assert list(tmp_path.iterdir()) == []
    assert end_in_the_midst(call, function, signal.SIGKILL).returncode == -signal.SIGKILL
    [left] = out.parent.iterdir()
    assert any((left / "output").iterdir()), "it was killed before it wrote anything"
    assert all(item.stat().st_mode & 0o077 == 0 for item in (left, *left.rglob("*")))
    done = support.cmr(*call)
    assert done.returncode == 0, done.stderr
    assert f"{left}: left by a run that did not end; removed" in done.stderr
    assert list(out.parent.iterdir()) == [out]
    assert all(item.stat().st_mode & 0o077 == 0 for item in (out, *out.rglob("*")))


@pytest.mark.parametrize("words", [["docs"], ["generate", "--lines", "9", "--county", "ALPINE"]])
def test_a_file_about_nobody_may_be_read_by_others_and_is_whole_or_absent(
    tmp_path: Path, words: list[str]
) -> None:
    out = tmp_path / "file"
    call = [*words, "--out", str(out)]
    stopped = end_in_the_midst(call, f"{words[0]}.put_in_place", signal.SIGTERM)
    assert (stopped.returncode, stopped.stderr.splitlines()[-1]) == (143, "cmr: stopped; nothing was written")
    assert list(tmp_path.iterdir()) == []
    done = support.cmr(*call)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == [out]
    assert out.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.long
def test_a_run_that_is_killed_at_any_moment(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"SUBJECT_ID": str(number)} for number in range(2000)])
    began = time.perf_counter()
    assert support.run(path, tmp_path / "measured").returncode == 0
    whole = time.perf_counter() - began
    for attempt in range(10):
        out = tmp_path / str(attempt) / "out"
        with start(path, out) as process:
            time.sleep(random.uniform(0.1, 1.1) * whole)
            process.kill()
        assert_whole_or_absent(out)
        if out.exists():
            continue
        done = support.run(path, out)
        assert done.returncode == 0, done.stderr
        assert [item.name for item in out.parent.iterdir()] == ["out"]


def on_a_disk(folder: Path, options: str, call: list[str], then: str) -> subprocess.CompletedProcess[str]:
    """A command on a disk of its own, mounted at `folder`; `then` is a shell command that looks at it afterwards."""
    script = f'mount -t tmpfs -o {options} none "$0" && {{ "$@"; status=$?; {then}; exit $status; }}'
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(folder), *call],
        capture_output=True,
        text=True,
        env=os.environ | {"CMR_TEMP": str(folder)},
    )


LOOK = 'echo "left: $(ls -A "$0")"'

# What a disk does is tried by other means too, for such systems.
needs_mount = pytest.mark.skipif(
    not support.apart("-rm"), reason="this system lets nobody mount a disk for themselves"
)


@needs_mount
@pytest.mark.parametrize("options", ["size=3m", "ro"])
def test_a_disk_that_is_full_or_read_only(tmp_path: Path, options: str) -> None:
    path, disk = support.extract(tmp_path), tmp_path / "disk"
    disk.mkdir()
    assert_nothing_is_left(on_a_disk(disk, options, command(path, disk / "out"), LOOK), options)


@needs_mount
@pytest.mark.parametrize("options", ["size=1m", "ro"])
def test_a_check_on_a_disk_that_is_full_or_read_only(tmp_path: Path, options: str) -> None:
    path, disk = project.root() / "samples" / "doj_extract.csv", tmp_path / "disk"
    disk.mkdir()
    assert_nothing_is_left(on_a_disk(disk, options, check(path), LOOK), options)


@needs_mount
@pytest.mark.parametrize("options", ["size=200k", "ro"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_command_on_a_disk_that_is_full_or_read_only(
    sample_run: Path, tmp_path: Path, name: str, options: str
) -> None:
    words, _ = WRITERS[name]
    call = [sys.executable, "-m", "cmr.cli", *words, str(sample_run), "--out", str(tmp_path / "out")]
    assert_nothing_is_left(on_a_disk(tmp_path, options, call, LOOK), options)


def assert_nothing_is_left(done: subprocess.CompletedProcess[str], options: str) -> None:
    assert done.returncode == 1, done.stderr
    words = "the disk is read-only" if options == "ro" else "the disk is full"
    assert words in done.stderr.splitlines()[-1]
    assert "DOE" not in done.stderr
    assert done.stdout.splitlines()[-1] == "left: "


def limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


@pytest.mark.parametrize("what", ["run", "check"])
def test_a_file_that_may_not_grow(tmp_path: Path, what: str) -> None:
    path, place = project.root() / "samples" / "doj_extract.csv", tmp_path / "place"
    place.mkdir()
    call = command(path, place / "out") if what == "run" else check(path)
    done = subprocess.run(
        call,
        capture_output=True,
        text=True,
        env=os.environ | {"CMR_TEMP": str(place)},
        preexec_fn=limit_file_size,
    )
    assert done.returncode == 1, done.stderr
    assert "a file grew beyond what the system allows" in done.stderr.splitlines()[-1]
    assert "DOE" not in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("what", ["run", "check"])
def test_a_place_that_refuses_everybody(tmp_path: Path, what: str) -> None:
    """Not even root can make a file there."""
    path, place = support.extract(tmp_path), Path("/sys" if sys.platform == "linux" else "/System")
    call = command(path, place / "out") if what == "run" else check(path)
    done = subprocess.run(call, capture_output=True, text=True, env=os.environ | {"CMR_TEMP": str(place)})
    assert done.returncode == 1, done.stderr
    assert re.search(r"no permission to write|the disk is read-only", done.stderr.splitlines()[-1])


@needs_mount
@pytest.mark.long
@pytest.mark.parametrize("size", range(1, 24, 2))
def test_a_disk_that_fills_up_at_any_moment(tmp_path: Path, size: int) -> None:
    rows = [{"SUBJECT_ID": str(number)} for number in range(2000)]
    path, disk = support.extract(tmp_path, rows), tmp_path / "disk"
    disk.mkdir()
    then = 'echo "left: $(ls -A "$0" "$0/out" 2>&1)"'
    done = on_a_disk(disk, f"size={size}m", command(path, disk / "out"), then)
    assert done.returncode in (0, 1)
    if done.returncode:
        assert "the disk is full" in done.stderr.splitlines()[-1], done.stderr
    assert "DOE" not in done.stderr
    left = done.stdout.rpartition("left: ")[2]
    assert ("manifest.json" in left) == (done.returncode == 0)
    assert "partial" not in left


def test_runs_at_the_same_time(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    outs = [tmp_path / "one", tmp_path / "two", tmp_path / "two"]
    runs = [start(path, out) for out in outs]
    errors = [run.communicate(timeout=300)[1] for run in runs]
    statuses = [run.returncode for run in runs]
    assert (statuses[0], sorted(statuses[1:])) in [(0, [0, 1]), (0, [0, 2])], errors
    refused = errors[1 + [status != 0 for status in statuses[1:]].index(True)]
    message = refused.strip().splitlines()[-1]
    assert "another run has put its files there meanwhile" in message or "is not empty" in message
    assert sorted(item.name for item in tmp_path.iterdir()) == [path.name, "one", "two"]
    assert (tmp_path / "one" / "All_Results.csv").read_bytes() == (
        tmp_path / "two" / "All_Results.csv"
    ).read_bytes()


def test_a_leftover_of_another_output_folder_is_left_alone(tmp_path: Path) -> None:
    """A name with characters that mean something in patterns is taken as it is."""
    from cmr.workplace import remove_leftovers

    mine, other = tmp_path / ".o*.partial-1", tmp_path / ".other.partial-1"
    for folder in (mine, other):
        folder.mkdir()
        (folder / "lock").touch()
    remove_leftovers(tmp_path / "o*")
    assert [item.name for item in tmp_path.iterdir()] == [other.name]


def test_a_process_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    from cmr.workplace import is_held

    program = f"import time, pathlib; from cmr.workplace import held\nwith held(pathlib.Path({str(tmp_path)!r})):\n print(1, flush=True)\n time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert is_held(tmp_path)
        os.kill(process.pid, signal.SIGKILL)
    assert not is_held(tmp_path)
