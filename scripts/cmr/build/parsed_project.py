"""The parsed dbt project, kept from run to run: parsing takes seconds.

python -m cmr.build.parsed_project        parses it for the runs to come
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from cmr import project
from cmr.build.runner import environment, invoke, places
from cmr.errors import CmrError, meaning_of

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


def load_manifest(folder: Path, keeps: Callable[[Any], bool] | None = None) -> "Manifest":
    """The parsed project: from the cache if no file of it has changed since, which saves seconds, or parsed.

    Only what is the same for every run is parsed: the bodies of models read a run's variables when they run,
    and no configuration reads them. The cache holds no data; a run works without it too. `keeps`: which nodes
    there are to be, without unit tests and exposures: dbt goes over all there are, several times, at each start.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    cached = cache_file()
    try:
        manifest = Manifest.from_msgpack(cached.read_bytes(), decoder=extended_mashumuro_decoder)
    except Exception:  # not there, or not to be read by this version of dbt
        # The cache holds the name of the database: a run's, whatever CMR_WAREHOUSE says.
        with environment(**places(folder / "warehouse.duckdb")):
            result = invoke(["parse", "--no-partial-parse"], folder)
        if result.exception is not None:  # parsing sees no data: its words may be shown
            words = " ".join(str(result.exception).split())
            raise CmrError(meaning_of(words) or f"the dbt project is broken: {words}") from result.exception
        keep(folder / "target" / "partial_parse.msgpack", cached)
        manifest = cast("Manifest", result.result)
    if keeps:
        manifest.nodes = {name: node for name, node in manifest.nodes.items() if keeps(node)}
        manifest.unit_tests, manifest.exposures = {}, {}
    manifest.build_parent_and_child_maps()
    manifest.build_flat_graph()
    return manifest


def cache_file() -> Path:
    """The cache of the project as its files stand now: its name is the hash of all that parsing reads."""
    import yaml
    from dbt.version import __version__

    root = project.root()
    settings = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    folders = {"snapshots", "functions"}.union(
        *(paths for key, paths in settings.items() if key.endswith("-paths"))
    )
    files = [root / "dbt_project.yml", root / "profiles.yml", root / "selectors.yml"]
    files += [file for folder in sorted(folders) for file in sorted((root / folder).rglob("*"))]
    digest = hashlib.sha256(f"{__version__} {root}".encode())
    for file in files:
        if file.is_file() and file.suffix != ".pyc":
            content = file.read_bytes()
            digest.update(f"\n{file.relative_to(root)} {len(content)}\n".encode() + content)
    return root / "data" / "cache" / f"manifest-{digest.hexdigest()[:24]}.msgpack"


def keep(parsed: Path, cached: Path) -> None:
    """Puts a parsed project into the cache in place of older ones, if the cache can be written."""
    partial = cached.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(parsed, partial)
            for old in cached.parent.glob("manifest-*.msgpack"):
                old.unlink(missing_ok=True)
            partial.replace(cached)
        finally:
            partial.unlink(missing_ok=True)


def main() -> None:
    """Parses the project for the runs to come."""
    with TemporaryDirectory() as folder, environment(**places(Path(folder) / "warehouse.duckdb")):
        load_manifest(Path(folder))


if __name__ == "__main__":
    main()
