"""`cmr docs`: the dbt docs of the project as one HTML file that needs neither a server nor a network."""

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

from cmr import engine, project
from cmr.build import parsed_project, runner
from cmr.errors import CmrError
from cmr.law import policy_docs
from cmr.pages import docs_page
from cmr.workplace import put_in_place, work_folder

# What differs from one time to the next, or says something of the machine and not of the project.
NOT_OF_THE_PROJECT = {
    "build_path", "compiled_path", "created_at", "generated_at", "invocation_id", "invocation_started_at",
    "project_id", "root_path", "run_started_at", "user_id",
}  # fmt: skip
# The page's picture of lineage shows tests as boxes among the models, tens of them beside each. It takes a box and an
# arrow for each node that passes these conditions; tests keep their pages, and their places in the lists.
TESTS_IN_LINEAGE = {
    'o="unit_test"===e.resource_type;return t||n||o': 'o="unit_test"===e.resource_type;return t',
    '("test"!=o.resource_type||!o.hasOwnProperty("test_metadata"))': '!r.includes(["test","unit_test"],o.resource_type)',
}
# The page draws the lineage that an address asks for when it is loaded, not when a link leads there.
LINKS_TO_LINEAGE = """<script>addEventListener("click", event => {
    const link = event.target.closest('a[href*="g_v=1"]');
    if (link) { event.preventDefault(); location.hash = link.getAttribute("href"); location.reload(); }
})</script></body>"""
SAMPLE = {"extracts": ["samples/doj_extract.csv"], "run_criteria": None, "run_county": "all"}


def docs(out: Path) -> Path:
    """Writes the docs to `out`, in place of an earlier file, and returns its full path.

    The models are built on the synthetic sample, so that their SQL and types are there to read and no line of an
    extract can get into the file. The same project makes the same file.
    """
    out = out.resolve()
    if out.is_dir():
        raise CmrError(f"--out {out}: a folder; name a file")
    with work_folder(out, private=False) as folder:
        partial = folder / "docs.html"
        partial.write_text(page_of(folder), encoding="utf-8")
        put_in_place(partial, out)
    return out


def page_of(folder: Path) -> str:
    """The docs, made in `folder`."""
    manifest, catalog, page = generate(folder)
    manifest = without_machine(manifest, folder)
    catalog = without_machine(catalog, folder)
    docs_page.complete(manifest)
    # dbt's own macros: the page leaves them out of its lists, and searches them all the same.
    manifest["macros"] = {
        key: macro
        for key, macro in manifest["macros"].items()
        if macro["package_name"] == policy_docs.settings()["name"]
    }
    # Otherwise the page tells dbt's makers who reads it, where there is a network.
    manifest["metadata"]["send_anonymous_usage_stats"] = False
    for shown, hidden in TESTS_IN_LINEAGE.items():
        page = page.replace(shown, hidden)
    html = page.replace('"MANIFEST.JSON INLINE DATA"', embedded(manifest))
    html = html.replace('"CATALOG.JSON INLINE DATA"', embedded(catalog))
    html = html.replace("<title>dbt Docs</title>", "<title>Clear My Record</title>")
    return LINKS_TO_LINEAGE.join(html.rsplit("</body>", 1))


def generate(folder: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The project's manifest with compiled SQL, the catalog of the sample's warehouse, and dbt's empty page."""
    settings = {
        "CMR_WAREHOUSE": engine.place(folder / "warehouse.duckdb"),
        "CMR_TEMP": engine.place(folder / "tmp"),
    }
    # The sample's path is relative to the project: nothing else of the machine is in the SQL.
    with chdir(project.root()), runner.environment(**settings):
        manifest = parsed_project.load_manifest(folder)
        for command in (
            ["build", "--exclude-resource-type", "test", "unit_test"],
            ["docs", "generate", "--no-compile"],
        ):
            runner.check(runner.invoke([*command, "--vars", json.dumps(SAMPLE)], folder, manifest))
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


def embedded(value: dict[str, Any]) -> str:
    """JSON inside a script element, which a closing tag in a text would end."""
    return json.dumps(value, sort_keys=True, default=str).replace("</", "<\\/")
