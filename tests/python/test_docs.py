"""The docs are one file that needs no server, says nothing of the machine, and can be searched."""

import getpass
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import support
from cmr import project

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "docs.html"
    done = support.cmr("docs", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def manifest(page: Path) -> dict[str, Any]:
    """The manifest inside the page."""
    text = page.read_text(encoding="utf-8")
    start = re.search(r'\{"child_map":', text)
    assert start
    embedded, _ = json.JSONDecoder().raw_decode(text[start.start() :])
    assert isinstance(embedded, dict)
    return embedded


def test_the_page_says_nothing_of_the_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in (str(project.root()), str(Path.home()), str(page.parent), "/tmp/", f"/{getpass.getuser()}/"):
        assert path not in text, path


def test_the_page_fetches_nothing_and_reports_to_nobody(page: Path, manifest: dict[str, Any]) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"""<(script|img|iframe|link)[^>]+(src|href)=["']?(https?:)?//""", text)
    assert manifest["metadata"]["send_anonymous_usage_stats"] is False


def test_the_page_shows_every_model_with_its_sql_on_the_sample(manifest: dict[str, Any]) -> None:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    files = {path.stem for path in (project.root() / "models").rglob("*.sql")}
    assert {model["name"] for model in models} == files
    assert all(model["compiled_code"] for model in models)
    reader = next(model for model in models if model["name"] == "raw_extract_files")
    assert "samples/doj_extract.csv" in reader["compiled_code"]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_browser_finds_two_priors(page: Path, tmp_path: Path) -> None:
    search = """<script>addEventListener("load", () => setTimeout(() => {
        const scope = angular.element(document.querySelector("#search")).scope();
        scope.$apply(() => { scope.search.is_focused = true; scope.search.query = "two priors"; });
    }, 2000))</script></body>"""
    searching = tmp_path / "searching.html"
    before, _, after = page.read_text(encoding="utf-8").rpartition("</body>")
    searching.write_text(before + search + after, encoding="utf-8")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"]
    flags += ["--virtual-time-budget=8000", "--dump-dom"]
    shown = subprocess.run(
        [str(CHROMIUM), *flags, searching.as_uri()], capture_output=True, text=True, timeout=120
    ).stdout
    visible = html.unescape(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", shown))
    results = " ".join(visible.split()).partition("search results")[2]
    assert "pilot_los_angeles" in results
