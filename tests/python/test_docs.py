"""The docs are one file that needs no server, says nothing of the machine, and can be searched."""

import getpass
import html
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

import browser
import support
from cmr import project
from cmr.pages import docs_page


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


def test_the_seeds_rows_are_on_the_page(manifest: dict[str, Any]) -> None:
    seeds = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "seed"}
    shown = {name: " ".join(node["description"].split()) for name, node in seeds.items()}
    for name in ("policies", "rules", "known_values", "doj_extract_columns"):
        for row in project.seed(name):
            assert f"| {' | '.join(cell for cell in row.values() if cell)}"[:40] in shown[name].replace(
                "|  |", "|"
            )
    for list_name in {row["list"] for row in project.seed("statutes")}:
        assert docs_page.LISTS[list_name][0] in shown["statutes"]
    assert all(row["citation"] in shown["statutes"] for row in project.seed("statutes"))
    for option in (
        "subjectUnder21AtConviction | true or false | false",
        "yearsCrimeFreeThreshold | 0 (off) or a whole",
    ):
        assert option in shown["county_options"]
    assert "subjectAgeThreshold | 0 (off) or a whole number from 40 to 65 | 0 |" in shown["county_options"]
    for seed in seeds.values():
        assert seed["identifier"] and seed["group"], "otherwise the page has a hole where they should be"


def test_everything_that_has_a_page_is_described(manifest: dict[str, Any]) -> None:
    for kind in ("nodes", "unit_tests", "exposures", "sources", "macros"):
        for node in manifest[kind].values():
            assert node["description"] or node["resource_type"] == "analysis", node["unique_id"]
            assert set(node.get("meta") or {}) <= {"interface_version"}, node["unique_id"]


def test_the_first_page_lists_what_can_be_relied_on(manifest: dict[str, Any]) -> None:
    overview = manifest["docs"]["doc.clear_my_record.__overview__"]["block_contents"]
    assert "[//]" not in overview
    listed = set(re.findall(r"^\| \[[\w]+\]\(#!/model/([\w.]+)\) \|", overview, re.M))
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    public = {node["unique_id"] for node in models if node["access"] == "public"}
    policies = {f"model.clear_my_record.{policy['policy']}" for policy in project.seed("policies")}
    assert listed == public | policies
    assert all(group["owner"]["name"] in overview for group in manifest["groups"].values())


def test_the_query_from_a_conviction_to_its_rule(manifest: dict[str, Any], odd_run: Path) -> None:
    overview = manifest["docs"]["doc.clear_my_record.__overview__"]["block_contents"]
    [query] = re.findall(r"(?s)```sql\n(.*?)```", overview)
    needs_review = manifest["nodes"]["model.clear_my_record.court_needs_review"]["description"]
    assert " ".join(query.split()) in " ".join(needs_review.split())
    with duckdb.connect(str(odd_run / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select subject_id, cnt_order, determination, missing_facts from court_needs_review"
            " where determination is not null"
        ).fetchall()
        causes = set()
        for subject_id, cnt_order, determination, missing in rows:
            asked = query.replace("'1001'", f"'{subject_id}'").replace("'001001001000'", f"'{cnt_order}'")
            answers = con.execute(asked).fetchall()
            open_rules = [answer for answer in answers if answer[5]]
            assert len([answer for answer in answers if answer[4]]) == 1
            assert bool(open_rules) == bool(missing)
            assert {fact for rule in open_rules for fact in rule[3].split(", ")} == set(
                missing.split(", ") if missing else []
            )
            if determination == "Hand Review":
                causes.add(bool(open_rules))
    assert causes == {True, False}


def rendered(
    chromium: str, page: Path, folder: Path, address: str, script: str = "", seconds: int = 8
) -> str:
    """The text that a browser shows at an address of the page, `script` run two seconds after it has loaded."""
    shown = folder / "shown.html"
    before, _, after = page.read_text(encoding="utf-8").rpartition("</body>")
    run = f'<script>addEventListener("load", () => setTimeout(() => {{{script}}}, 2000))</script></body>'
    shown.write_text(before + run + after, encoding="utf-8")
    options = [f"--virtual-time-budget={seconds * 1000}"]
    dom = browser.dump(chromium, shown.as_uri() + address, *options).stdout
    visible = html.unescape(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", dom))
    return " ".join(visible.split())


def found(chromium: str, page: Path, folder: Path, words: str) -> str:
    """What a search for some words finds, without blanks."""
    script = f"""
        const scope = angular.element(document.querySelector("#search")).scope();
        scope.$apply(() => {{ scope.search.is_focused = true; scope.search.query = "{words}"; }});
    """
    # The words found are marked up, also where they are a piece of a name.
    return rendered(chromium, page, folder, "", script).partition("search results")[2].replace(" ", "")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("two priors", "pilot_los_angeles"),
        ("two priors", "int_same_section_priors"),
        ("crime-free", "county_criteria"),
        ("conviction-free", "last_conviction_before"),
        ("PC 187", "statutesseed"),
        ("Hand Review", "fct_decisions"),
    ],
)
def test_a_browser_finds(chromium: str, page: Path, tmp_path: Path, words: str, name: str) -> None:
    assert name in found(chromium, page, tmp_path, words)


@pytest.mark.parametrize("address", ["#!/seed/seed", "#!/model/model"])
def test_a_browser_shows_each_superstrike_statute_and_why(
    chromium: str, page: Path, tmp_path: Path, address: str
) -> None:
    table = {"#!/seed/seed": "statutes", "#!/model/model": "fct_superstrikes"}[address]
    shown = rendered(chromium, page, tmp_path, f"{address}.clear_my_record.{table}")
    rows = [row for row in project.seed("statutes") if row["list"] == "superstrike"]
    assert len(rows) > 80
    for row in rows:
        statute = re.escape(f"{row['code']} {row['section']}{row['subdivision']}".lower())
        why = " ".join(part for part in (row["clause"], row["note"], row["citation"]) if part).lower()
        pattern = rf"\b{statute}(, [\w ]+)? {row['membership']} (do not )?count {re.escape(why)}"
        assert re.search(pattern, shown.lower()), statute


def test_a_browser_draws_lineage_without_tests_and_keeps_their_pages(
    chromium: str, page: Path, tmp_path: Path
) -> None:
    script = """
        const graph = angular.element(document.body).injector().get("graph").graph;
        const nodes = graph.elements.map(element => element.data.unique_id || "").join(" ");
        document.body.insertAdjacentHTML("beforeend", "<p>drawn: " + nodes + " end of drawn</p>");
    """
    shown = rendered(chromium, page, tmp_path, "#!/overview?g_v=1&g_i=2%2Bfct_decisions", script)
    drawn = shown.partition("drawn: ")[2].partition(" end of drawn")[0].split()
    assert "model.clear_my_record.fct_conviction_facts" in drawn
    assert not [node for node in drawn if "test." in node]
    test = "test.clear_my_record.nothing_is_lost_between_layers"
    assert "What enters a step between the layers" in rendered(chromium, page, tmp_path, f"#!/test/{test}")
