"""Builds the warehouse of a run: dbt inside this process, every model once, for all counties."""

import hashlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from cmr import engine, extracts, project
from cmr.criteria import Criteria
from cmr.errors import CmrError, WrongCall
from cmr.progress import StageProgress
from cmr.reading import MODELS, REJECTS, Reading

if TYPE_CHECKING:
    import duckdb
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# The tests that a run makes on its own data; all the others test the project (make test).
GUARD = "guard"
# What no file of a run is made from: left out of a run, built by dbt build, read by cmr export-marts.
RESEARCH = "research"

# What DuckDB or the system says, and what it means. Their own texts may quote a person's data: never shown.
CAUSES = (
    (r"No space left on device|max_temp_directory_size|Disk quota exceeded", "the disk is full"),
    (r"File too large", "a file grew beyond what the system allows"),
    (
        r"Out of Memory|Cannot allocate memory|bad_alloc",
        "out of memory; CMR_MEMORY_LIMIT sets what DuckDB may use",
    ),
    (r"Could not set lock|Conflicting lock", "another program has the warehouse open"),
    (r"[Rr]ead-only|Permission denied|Operation not permitted", "no permission to write"),
)


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse: its DuckDB file and a connection to it, the files it was made of, its tables by layer (folder
    of models/, or seeds), and the seconds that each seed, model and guard took, others beside it."""

    path: Path
    con: "duckdb.DuckDBPyConnection"
    inspected: list[extracts.Extract]
    layers: dict[str, list[str]]
    seconds: dict[str, float] = field(default_factory=dict)


@contextmanager
def build(
    paths: list[Path],
    *,
    as_of: date,
    county: str,
    criteria: Criteria,
    folder: Path,
    progress: StageProgress,
    debug: bool = False,
    select: Sequence[str] = (),
    keep_texts: bool = True,
    inspected: list[extracts.Extract] | None = None,
) -> Iterator[Warehouse]:
    """Builds all seeds and models, and the tests tagged `guard`, into warehouse.duckdb in `folder`; open for the block.

    `select` narrows that down, if given, in dbt's own words; `keep_texts`: whether the text of every line is kept;
    `inspected` is what is known of the files already.

    Raises CmrError, without any data in it, if a file is refused, or a model or such a test fails.
    """
    path = folder / "warehouse.duckdb"
    with environment(**places(path), CMR_THREADS=str(threads())), connect(path) as con:
        if inspected is None:
            progress.stage("Inspecting files", extracts.total_size(paths) >> 20)
            extracts.look(paths)
        with (
            reading(con, extracts.unprepared(paths, folder / "tmp"), keep_texts) as begun,
            ThreadPoolExecutor(max_workers=1) as beside,
        ):
            loading = beside.submit(load_manifest, folder, is_of_a_run)
            if inspected is None:
                inspected = extracts.inspect(paths, lambda read: progress.step(steps=read >> 20))
            progress.stage("Preparing files", sum(extract.needs_copy for extract in inspected))
            begun.turn_to([extracts.prepared(extract, folder / "tmp") for extract in inspected])
            progress.stage("Loading the models")
            manifest = loading.result()
            progress.stage("Building")
            variables: dict[str, Any] = {
                # Read already; dbt takes variables as YAML, which not every file name would outlast.
                "extracts": [],
                "as_of_date": as_of.isoformat(),
                "criteria_policy": criteria.policy,
                "run_criteria": criteria.values,
                "run_county": county,
                "check_contracts": False,
            }
            command = ["build", "--vars", json.dumps(variables), "--indirect-selection", "empty"]
            command += [*(["--select", *select] if select else []), "--exclude", *MODELS]
            if is_large(con, paths):
                command += ["--threads", "1"]
            result = invoke(command, folder, manifest, progress, debug, begun)
            begun.wait()
        check(result)
        con.execute("set preserve_insertion_order = true")
        for extract in inspected:
            extract.check_unchanged()
        seconds = begun.seconds | {
            one.node.name: round(one.execution_time, 3) for one in cast("Any", result.result).results
        }
        yield Warehouse(path, con, inspected, tables_by_layer(manifest), seconds)


def tables_by_layer(manifest: "Manifest") -> dict[str, list[str]]:
    """The tables that a run makes, by folder of models/, or under seeds."""
    layers: dict[str, list[str]] = {}
    for node in manifest.nodes.values():
        kind = str(node.resource_type)
        if kind == "seed" or (kind == "model" and node.config.materialized == "table"):
            layer = "seeds" if kind == "seed" else node.fqn[1]
            layers.setdefault(layer, []).append(node.name)
    return {layer: sorted(names) for layer, names in sorted(layers.items())}


def is_large(con: "duckdb.DuckDBPyConnection", paths: list[Path]) -> bool:
    """Whether models are made one at a time. Side by side they keep all processors busy where each is small; where
    each needs much of the memory, all of them would spill to the disk, which takes several times as long."""
    query = "select parse_formatted_bytes(current_setting('memory_limit'))"
    [(memory,)] = con.execute(query).fetchall()
    return extracts.total_size(paths) > int(memory) / 2


@contextmanager
def reading(
    con: "duckdb.DuckDBPyConnection", files: list[dict[str, str]], keep_texts: bool
) -> Iterator[Reading]:
    """Reads extract files into the warehouse while the block runs; raises CmrError if they cannot be read."""
    import duckdb

    begun = Reading(con, files, keep_texts)
    try:
        yield begun
    except duckdb.Error as error:
        raise CmrError(plain("the files cannot be read", str(error))) from error
    finally:
        begun.stop()


def decide(path: Path, *, as_of: date, criteria: Criteria, progress: StageProgress) -> None:
    """Decides anew under a criteria file what the county's own criteria decide, in a built warehouse.

    Afterwards its decisions, their rules and what they do for people are those of county_criteria alone,
    for all counties; nothing else is up to date with them.
    """
    folder = path.parent
    variables = {
        "as_of_date": as_of.isoformat(),
        "run_criteria": criteria.values,
        "run_county": "all",
        "policies": [criteria.policy],
    }
    with environment(**places(path)):
        manifest = load_manifest(folder)
        command = ["run", "--vars", json.dumps(variables), "--select", "int_county_criteria+,+county_impact"]
        result = invoke(command, folder, manifest, progress)
    check(result)


def places(path: Path) -> dict[str, str]:
    """What tells dbt of a warehouse and of the folder for its temporary files (profiles.yml)."""
    return {"CMR_WAREHOUSE": engine.place(path), "CMR_TEMP": engine.place(path.parent / "tmp")}


def threads() -> int:
    """How many threads DuckDB gets: CMR_THREADS, or as many as there are processors."""
    given = os.environ.get("CMR_THREADS") or str(os.cpu_count() or 1)
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise WrongCall(f"CMR_THREADS={given!r}: not a number of threads")
    return int(given)


def connect(path: Path) -> "duckdb.DuckDBPyConnection":
    """Opens a warehouse that lies in a run's work folder; what does not fit in memory spills into that folder."""
    import duckdb

    settings: dict[str, Any] = {
        "temp_directory": engine.place(path.parent / "tmp"),
        "memory_limit": os.environ.get("CMR_MEMORY_LIMIT", "3GB"),
        "threads": threads(),
    }
    config = project.OFFLINE | settings
    with ThreadPoolExecutor(max_workers=1, initializer=step_back) as pool:
        con = pool.submit(duckdb.connect, engine.place(path, new_database=True), config=config).result()
    # A model that ends while a checkpoint is made waits for it: none is made before all models are built.
    con.execute("set global checkpoint_threshold = '1TB'")
    return con


def step_back() -> None:
    """Lets others have the processors first: the threads of a database that this thread opens, which inherit it, keep
    all of them busy, while the one thread that dbt runs in decides what they get to do next."""
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)


def render(template: str, path: Path) -> str:
    """SQL that uses the project's macros, as plain SQL for the warehouse at a path."""
    folder = path.parent
    with environment(**places(path)):
        result = invoke(["compile", "--inline", template], folder, load_manifest(folder))
    check(result)
    return str(cast("Any", result.result).results[0].node.compiled_code)


def is_of_a_run(node: Any) -> bool:
    """Whether a run may build the node."""
    kind = str(node.resource_type)
    return (kind in ("seed", "model") and RESEARCH not in node.tags) or GUARD in node.tags


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


def invoke(
    command: list[str],
    folder: Path,
    manifest: "Manifest | None" = None,
    progress: StageProgress | None = None,
    debug: bool = False,
    begun: Reading | None = None,
) -> "dbtRunnerResult":
    """Runs one dbt command in silence, with everything that it writes in `folder`.

    A node that needs what is still being read waits for it.
    """
    from dbt.cli.main import dbtRunner

    def follow(event: Any) -> None:
        if event.info.name != "LogStartLine":
            return
        if begun and manifest and needs_reading(manifest, event.data.node_info.unique_id):
            begun.ended()
        if progress:
            # "sql table model main.fct_convictions": the last word's last part is the node's name
            progress.step(event.data.description.split()[-1].split(".")[-1], total=event.data.total)

    root = str(project.root())
    options = ["--project-dir", root, "--profiles-dir", root]
    options += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    options += ["--log-level", "none", "--log-level-file", "debug" if debug else "none", "--quiet"]
    options += ["--no-write-json", "--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats"]
    called, sys.argv = (
        sys.argv,
        sys.argv[:1],
    )  # dbt logs the call, and fails over a file's name that is no text
    try:
        return dbtRunner(manifest=manifest, callbacks=[follow]).invoke([*command, *options])
    finally:
        sys.argv = called


def needs_reading(manifest: "Manifest", unique_id: str) -> bool:
    """Whether a node is made from what the extract files were read into."""
    names = {needed.split(".")[-1] for needed in manifest.nodes[unique_id].depends_on_nodes}
    return not names.isdisjoint((*MODELS, REJECTS))


def check(result: "dbtRunnerResult") -> None:
    """Raises CmrError for the first thing that failed, or what stopped dbt itself."""
    if result.success:
        return
    if isinstance(result.exception, KeyboardInterrupt):
        raise result.exception
    if result.exception is not None:
        raise CmrError(plain("the models cannot be run", str(result.exception))) from result.exception
    results: list[Any] = getattr(result.result, "results", [])
    for one in results:
        if one.status not in ("error", "fail", "runtime error"):
            continue
        if one.status == "fail":
            what = one.node.config.meta.get("message") or one.node.description or one.node.name
            raise CmrError(f"the data failed a check: {what} ({one.failures:,} found)")
        raise CmrError(plain(f"model {one.node.name} failed", str(one.message)))
    raise CmrError("the models cannot be run")


def plain(what: str, text: str) -> str:
    """One line on a failure without the engine's own words: a deliberate message, or what they mean."""
    deliberate = re.search(r"CMR: ([^\n]+)", text)
    if deliberate:
        return deliberate[1].strip()
    meaning = meaning_of(text)
    return f"{what}: {meaning}" if meaning else f"{what}; --debug keeps a log of it"


def meaning_of(text: str) -> str | None:
    """What the engine's or the system's words mean, where it is something that the caller can mend."""
    return next((meaning for pattern, meaning in CAUSES if re.search(pattern, text)), None)


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Sets environment variables, which is how profiles.yml learns where a run's files lie."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main() -> None:
    """Parses the project for the runs to come."""
    with TemporaryDirectory() as folder, environment(**places(Path(folder) / "warehouse.duckdb")):
        load_manifest(Path(folder))


if __name__ == "__main__":
    main()
