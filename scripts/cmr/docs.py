"""`cmr docs`: the dbt docs of the project as one HTML file that needs neither a server nor a network."""

import json
import os
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from cmr import project, warehouse
from cmr.errors import CmrError

# What differs from one time to the next, or says something of the machine and not of the project.
NOT_OF_THE_PROJECT = {
    "build_path", "compiled_path", "created_at", "generated_at", "invocation_id", "invocation_started_at",
    "project_id", "root_path", "run_started_at", "user_id",
}  # fmt: skip
SAMPLE = {"extracts": ["samples/doj_extract.csv"], "run_criteria": None, "run_county": "all"}


def docs(out: Path) -> Path:
    """Writes the docs to `out`, in place of an earlier file, and returns its full path.

    The models are built on the synthetic sample, so that their SQL and types are there to read and no line of an
    extract can get into the file. The same project makes the same file.
    """
    out = out.resolve()
    if out.is_dir():
        raise CmrError(f"--out {out}: a folder; name a file")
    with tempfile.TemporaryDirectory(prefix="cmr-docs-") as name:
        folder = Path(name).resolve()
        manifest, catalog, page = generate(folder)
        manifest = without_machine(manifest, folder)
        catalog = without_machine(catalog, folder)
    # dbt's own macros: the page leaves them out of its lists, and searches them all the same.
    manifest["macros"] = {
        key: macro for key, macro in manifest["macros"].items() if macro["package_name"] == own_package()
    }
    # Otherwise the page tells dbt's makers who reads it, where there is a network.
    manifest["metadata"]["send_anonymous_usage_stats"] = False
    html = page.replace('"MANIFEST.JSON INLINE DATA"', embedded(manifest))
    html = html.replace('"CATALOG.JSON INLINE DATA"', embedded(catalog))
    html = html.replace("<title>dbt Docs</title>", "<title>Clear My Record</title>")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(f".{out.name}.{os.getpid()}")
        partial.write_text(html, encoding="utf-8")
        partial.replace(out)
    except OSError as error:
        raise CmrError(f"--out {out}: cannot be written: {error.strerror}") from None
    return out


def generate(folder: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The project's manifest with compiled SQL, the catalog of the sample's warehouse, and dbt's empty page."""
    settings = {"CMR_WAREHOUSE": str(folder / "warehouse.duckdb"), "CMR_TEMP": str(folder / "tmp")}
    # The sample's path is relative to the project: nothing else of the machine is in the SQL.
    with chdir(project.root()), warehouse.environment(**settings):
        manifest = warehouse.load_manifest(folder)
        for command in (
            ["build", "--exclude-resource-type", "test", "unit_test"],
            ["docs", "generate", "--no-compile"],
        ):
            warehouse.check(warehouse.invoke([*command, "--vars", json.dumps(SAMPLE)], folder, manifest))
    catalog = json.loads((folder / "target" / "catalog.json").read_text(encoding="utf-8"))
    page = (folder / "target" / "index.html").read_text(encoding="utf-8")
    return manifest.writable_manifest().to_dict(omit_none=False), catalog, page


def without_machine(value: Any, folder: Path) -> Any:
    """The value without paths of this machine and without what changes from one time to the next."""
    if isinstance(value, dict):
        return {
            key: without_machine(item, folder) for key, item in value.items() if key not in NOT_OF_THE_PROJECT
        }
    if isinstance(value, list):
        return [without_machine(item, folder) for item in value]
    if isinstance(value, str):
        return value.replace(str(folder), "build").replace(str(project.root()), ".")
    return value


def own_package() -> str:
    import yaml

    settings = yaml.safe_load((project.root() / "dbt_project.yml").read_text(encoding="utf-8"))
    return str(settings["name"])


def embedded(value: dict[str, Any]) -> str:
    """JSON inside a script element, which a closing tag in a text would end."""
    return json.dumps(value, sort_keys=True, default=str).replace("</", "<\\/")
