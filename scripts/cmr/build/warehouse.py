"""Builds the warehouse of a run: dbt inside this process, every model once, for all counties."""

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cmr import engine, project
from cmr.build.early_reading import MODELS, Reading
from cmr.build.parsed_project import load_manifest
from cmr.build.runner import check, environment, invoke, places
from cmr.errors import CmrError, WrongCall, plain
from cmr.law.criteria import Criteria
from cmr.progress import StageProgress
from cmr.sources.ca_doj_extract import inspection, preparation

if TYPE_CHECKING:
    import duckdb
    from dbt.contracts.graph.manifest import Manifest

# The tests that a run makes on its own data; all the others test the project (make test).
GUARD = "guard"
# What no file of a run is made from: left out of a run, built by dbt build, read by cmr export-marts.
RESEARCH = "research"


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse: its DuckDB file and a connection to it, the files it was made of, its tables by layer (folder
    of models/, or seeds), and the seconds that each seed, model and guard took, others beside it."""

    path: Path
    con: "duckdb.DuckDBPyConnection"
    inspected: list[inspection.Extract]
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
    line_files: bool = True,
    inspected: list[inspection.Extract] | None = None,
) -> Iterator[Warehouse]:
    """Builds all seeds and models, and the tests tagged `guard`, into warehouse.duckdb in `folder`; open for the block.

    `select` narrows that down, if given, in dbt's own words; `line_files`: whether the run writes files of lines, for which the text of every line is kept;
    `inspected` is what is known of the files already.

    Raises CmrError, without any data in it, if a file is refused, or a model or such a test fails.
    """
    path = folder / "warehouse.duckdb"
    with environment(**places(path), CMR_THREADS=str(threads())), connect(path) as con:
        if inspected is None:
            progress.stage("Inspecting files", inspection.total_size(paths) >> 20)
            inspection.look(paths)
        with (
            reading(con, preparation.unprepared(paths, folder / "tmp"), line_files) as begun,
            ThreadPoolExecutor(max_workers=1) as beside,
        ):
            loading = beside.submit(load_manifest, folder, is_of_a_run)
            if inspected is None:
                inspected = inspection.inspect(paths, lambda read: progress.step(steps=read >> 20))
            progress.stage("Preparing files", sum(extract.needs_copy for extract in inspected))
            begun.turn_to([preparation.prepared(extract, folder / "tmp") for extract in inspected])
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
    return inspection.total_size(paths) > int(memory) / 2


@contextmanager
def reading(
    con: "duckdb.DuckDBPyConnection", files: list[dict[str, str]], line_files: bool
) -> Iterator[Reading]:
    """Reads extract files into the warehouse while the block runs; raises CmrError if they cannot be read."""
    import duckdb

    begun = Reading(con, files, line_files)
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
