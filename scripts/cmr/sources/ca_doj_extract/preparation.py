"""How the raw layer is to read extract files: as they are, or from a copy that DuckDB's reader can take."""

from pathlib import Path

from cmr import engine
from cmr.sources.ca_doj_extract.inspection import Extract, distinct_names
from cmr.sources.ca_doj_extract.pieces import chunks

# What Windows-1252 has where Latin-1 has control characters; five bytes are defined in neither.
WINDOWS_1252 = {b: bytes([b]).decode("cp1252") for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d"}


def unprepared(paths: list[Path], folder: Path) -> list[dict[str, str]]:
    """How the raw layer is to read the files if they are what most are: UTF-8, and good to read as they are.

    A file whose name DuckDB would take for more than a name is read through a link in `folder`.
    """
    return [as_it_is(path, name, folder) for path, name in zip(paths, distinct_names(paths), strict=True)]


def as_it_is(path: Path, name: str, folder: Path, encoding: str = "utf-8") -> dict[str, str]:
    return {"path": str(engine.readable(path, folder)), "name": name, "encoding": encoding}


def prepared(extract: Extract, folder: Path) -> dict[str, str]:
    """How the raw layer is to read the extract: an item of the dbt variable `extracts`.

    If DuckDB can't take the bytes as they are, a UTF-8 copy with the same physical lines, ended by LF, is put
    into `folder` and read in the file's stead, under the file's own name.
    """
    if not extract.needs_copy:
        return as_it_is(extract.path, extract.name, folder, extract.encoding)
    copy = folder / f"{extract.sha256}.csv"
    with copy.open("wb") as file:
        for chunk in chunks(extract.path):
            chunk = chunk.replace(b"\0", b" ").replace(b"\r\n", b"\n")
            chunk = chunk.replace(b"\r", b"\n" if extract.line_ending == "CR" else b" ")
            if extract.encoding == "latin-1":
                chunk = chunk.decode("latin-1").translate(WINDOWS_1252).encode()
            file.write(chunk)
    return {"path": str(copy), "name": extract.name, "encoding": "utf-8"}
