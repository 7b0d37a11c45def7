"""Where a command makes what it writes.

The place is private and locked. It is gone when the command ends, and the next command removes what a killed one left.
What was made there appears under its own name as the last thing, or not at all.
"""

import errno
import fcntl
import glob
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from cmr import engine, stopping
from cmr.errors import CmrError, WrongCall

DISK_ERRORS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "a file grew beyond what the system allows",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
    errno.ENOTEMPTY: "another run has put its files there meanwhile",
    errno.EEXIST: "another run has put its files there meanwhile",
}


def check_folder(out: Path) -> Path:
    """The output folder's full path; raises CmrError if something is there already."""
    folder = out.resolve()
    try:
        if folder.is_dir():
            if any(folder.iterdir()):
                raise WrongCall(f"--out {out}: the folder exists and is not empty; name a new one")
            if os.path.ismount(folder):
                raise WrongCall(f"--out {out}: a disk is mounted here; name a folder on it")
        elif folder.exists():
            raise WrongCall(f"--out {out}: a file; name a folder")
    except PermissionError:
        raise WrongCall(f"--out {out}: no permission to look into it") from None
    return folder


@contextmanager
def work_folder(out: Path, *, private: bool = True, keep_log: bool = False) -> Iterator[Path]:
    """A folder beside `out` for what is made on the way, with a folder tmp in it; removed whatever happens.

    Nobody else can read what the block writes, unless it is not `private`. With `keep_log`, dbt's log stays if the
    block fails. A signal raises Stopped in it (cmr.stopping). Raises CmrError if the disk does not take what is written.
    """
    # A signal in the midst of the import would leave words of the library's own.
    import duckdb  # noqa: F401

    engine.place(out.parent, new_database=True)
    work = engine.beside(out, f"partial-{os.getpid()}")
    made = missing_folders(out.parent)
    before = os.umask(0o077)
    if not private:
        os.umask(before)
    try:
        with stopping.stoppable(partial(clean, work, made)):
            try:
                remove_leftovers(out)
                (work / "tmp").mkdir(parents=True)
                with held(work):
                    yield work
            except BaseException:
                if keep_log:
                    copy_log(work, out)
                raise
    except OSError as error:
        number = error.errno or 0
        message = DISK_ERRORS.get(number, os.strerror(number) if number else "the system refuses it")
        raise CmrError(f"{out}: cannot be written: {message}; nothing was written") from error
    finally:
        os.umask(before)


def missing_folders(folder: Path) -> list[Path]:
    """The folders on the way that the command has to make, deepest first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def remove_leftovers(out: Path) -> None:
    """Removes what a killed command left beside its output, and says so."""
    for folder in out.parent.glob(glob.escape(engine.beside(out, "partial-").name) + "*"):
        if is_held(folder):
            print(f"{folder}: another run seems to be writing here; left alone", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
            print(f"{folder}: left by a run that did not end; removed", file=sys.stderr)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Marks a work folder as in use: the system takes the lock away when the process ends, however it ends."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_held(folder: Path) -> bool:
    """Whether a command still works in the folder; one that has no lock yet was made this moment, or is none of ours."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def put_in_place(output: Path, out: Path) -> None:
    """Makes the finished file or folder appear under its name, whole, even if the power fails the next moment."""
    # The disk takes what comes together as one: a county's papers are many small files.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(flush, [*output.rglob("*"), output]))
    stopping.finish()
    output.rename(out)
    flush(out.parent)


def flush(path: Path) -> None:
    """Waits until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean(work: Path, made: list[Path]) -> None:
    """Removes the work folder, and the folders that were made on the way to it if nothing came of the command."""
    for _ in range(3):  # a thread that is being stopped may still put a file there
        if work.exists():
            shutil.rmtree(work, ignore_errors=True)
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def copy_log(work: Path, out: Path) -> None:
    """Keeps dbt's log of a command that failed. It may quote the data."""
    log = work / "logs" / "dbt.log"
    if log.exists():
        kept = out.with_name(f"{out.name}.debug.log")
        shutil.copyfile(log, kept)
        print(f"{kept}: dbt's log, which may quote the extract; keep it as confidential", file=sys.stderr)
