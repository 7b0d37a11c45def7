"""`cmr verify`: whether the files of a run are still what the run wrote."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from cmr import engine
from cmr.errors import DONE, FAILED
from cmr.files.manifest import MANIFEST, WAREHOUSE, files, read_manifest, sha256, table_hashes
from cmr.project import OFFLINE
from cmr.terminal import Form, show_json

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Difference:
    """A file that is not as the run wrote it, and what is different."""

    file: str
    what: str


@dataclass(frozen=True)
class Verification:
    """Whether the files of a run are as the run wrote them."""

    files: int
    differences: list[Difference]
    manifest_sha256: str

    @property
    def status(self) -> int:
        return FAILED if self.differences else DONE


def verify(folder: Path, form: Form = "text") -> int:
    """Shows what of a run's folder is not as its manifest has it; returns DONE if all is, else FAILED."""
    found = ask(folder)
    show(found, form)
    return found.status


def ask(folder: Path) -> Verification:
    """Compares a run's folder with its manifest; raises WrongCall if it has none."""
    outputs = {entry["name"]: entry for entry in read_manifest(folder)["outputs"]}
    found = {path.relative_to(folder).as_posix(): path for path in files(folder)}
    found.pop(MANIFEST)
    kept = [name for name in outputs if name in found]
    with ThreadPoolExecutor(max_workers=4) as pool:
        hashes = pool.map(hash_or_none, (found[name] for name in kept))
    differences = [
        (name, "changed" + what_changed(found[name], outputs[name]))
        for name, now in zip(kept, hashes, strict=True)
        if now != outputs[name]["sha256"]
    ]
    differences += [(name, "missing") for name in outputs if name not in found]
    differences += [(name, "not of this run") for name in found if name not in outputs]
    described = [Difference(name, what) for name, what in sorted(differences)]
    return Verification(len(outputs), described, sha256(folder / MANIFEST))


def show(found: Verification, form: Form) -> None:
    """Shows each difference, and the hash of the manifest."""
    if form == "json":
        show_json(found)
        return
    console = Console(highlight=False, markup=False)
    if found.differences:
        table = Table("file", "what")
        for difference in found.differences:
            table.add_row(difference.file, difference.what)
        console.print(table)
    console.print(f"{found.files} files of the run, {len(found.differences)} differences")
    console.print(f"SHA-256 of {MANIFEST}: {found.manifest_sha256}", soft_wrap=True)


def hash_or_none(path: Path) -> str | None:
    """The file's SHA-256; None for a link, which no run writes, and for what cannot be read."""
    try:
        return None if path.is_symlink() else sha256(path)
    except OSError:
        return None


def what_changed(path: Path, entry: dict[str, Any]) -> str:
    """More on a changed file, where more is known: the tables of a warehouse, the size of another file."""
    if path.is_symlink():
        return ": a link now"
    if path.name != WAREHOUSE:
        size = path.stat().st_size
        return f": {size - entry['size']:+,} bytes" if size != entry["size"] else ""
    import duckdb

    try:
        with duckdb.connect(engine.place(path.resolve()), read_only=True, config=OFFLINE) as con:
            now = table_hashes(con)
    except duckdb.Error:
        return ": cannot be opened"
    before = entry.get("tables", {})
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return f": {', '.join(changed)}" if changed else ": its bytes only; every table is as it was"
