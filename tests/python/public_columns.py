"""What outsiders were promised: the columns of each public model, as they were published, with their version.

Run as a program it publishes the columns as they are now, unless one changed under the same version.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from cmr.build import parsed_project, runner

PUBLISHED = Path(__file__).parent / "data" / "public_columns.json"


def promised(manifest: Any) -> dict[str, Any]:
    """Of each public model the version of its columns, and their types by name, in order.

    The version is dbt's, for a model that has versions, and otherwise config.meta.interface_version, 1 by default.
    """
    found = {}
    for unique_id, node in sorted(manifest.nodes.items()):
        if str(node.resource_type) == "model" and str(node.access) == "public":
            found[unique_id.removeprefix(f"model.{node.package_name}.")] = {
                "version": node.version or node.config.meta.get("interface_version", 1),
                "columns": {name: column.data_type for name, column in node.columns.items()},
            }
    return found


def broken(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The promises of `before` that do not hold now, in words."""
    found = []
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            found.append(
                f"{name} is public no more; if that is meant, take it out of {PUBLISHED.name} by hand"
            )
        elif new["version"] < old["version"]:
            found.append(f"{name}: version {old['version']} was published, this is {new['version']}")
        elif new["version"] == old["version"] and [*new["columns"].items()] != [*old["columns"].items()]:
            changed = sorted({column for column, _ in new["columns"].items() ^ old["columns"].items()})
            found.append(f"{name}: {', '.join(changed) or 'the order'} changed; raise its version")
    return found


def published() -> dict[str, Any]:
    return dict(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def publish() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with runner.environment(CMR_WAREHOUSE=str(folder / "w.duckdb"), CMR_TEMP=str(folder / "tmp")):
            now = promised(parsed_project.load_manifest(folder))
    if PUBLISHED.exists() and (problems := broken(published(), now)):
        sys.exit("\n".join(problems))
    PUBLISHED.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    publish()
