"""Runs dbt inside this process, in silence, and says what failed without the engine's own words."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import engine, project
from cmr.build.early_reading import MODELS, REJECTS, Reading
from cmr.errors import CmrError, plain
from cmr.progress import StageProgress

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest


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


def places(path: Path) -> dict[str, str]:
    """What tells dbt of a warehouse and of the folder for its temporary files (profiles.yml)."""
    return {"CMR_WAREHOUSE": engine.place(path), "CMR_TEMP": engine.place(path.parent / "tmp")}


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
