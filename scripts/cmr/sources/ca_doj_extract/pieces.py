"""The bytes of a file in pieces that fit into memory."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmr.errors import WrongCall

CHUNK = 8 << 20


@contextmanager
def readable(path: Path) -> Iterator[os.stat_result]:
    """What the system knows of a file that the block reads; raises WrongCall if it can't be read or holds nothing."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise WrongCall(f"{path}: a folder; give the extract files in it")
        if not stat.S_ISREG(status.st_mode):
            raise WrongCall(f"{path}: not a regular file")
        if status.st_size == 0:
            raise WrongCall(f"{path}: the file is empty")
        yield status
    except FileNotFoundError:
        raise WrongCall(f"{path}: no such file") from None
    except PermissionError:
        raise WrongCall(f"{path}: no permission to read it") from None
    except OSError as error:
        raise WrongCall(f"{path}: cannot be read: {error.strerror}") from None


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes in large pieces, none of which ends between a carriage return and its line feed."""
    with path.open("rb", buffering=0) as file:
        held = b""
        while read := file.read(CHUNK):
            chunk = held + read
            held = b"\r" if chunk.endswith(b"\r") else b""
            if chunk := chunk.removesuffix(held):
                yield chunk
        if held:
            yield held
