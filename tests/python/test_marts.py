"""The researcher's marts: complete, joined by their ids, and without anything that names a person."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project

MARTS = sorted(path.stem for path in (project.root() / "models" / "research").glob("*.sql"))


def exported(run: Path, out: Path) -> Path:
    done = support.cmr("export-marts", "--run", run, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def opened(export: Path) -> duckdb.DuckDBPyConnection:
    """A connection in which the marts of an export can be queried, as its views.sql makes it."""
    con = duckdb.connect()
    views = (export / "views.sql").read_text(encoding="utf-8")
    con.execute(views.replace("read_parquet('", f"read_parquet('{export}/"))
    return con


@pytest.fixture(scope="module")
def export(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(sample_run, tmp_path_factory.mktemp("marts") / "export")


@pytest.fixture
def con(export: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(export) as con:
        yield con


def test_every_mart_is_there_with_the_columns_that_are_documented(
    export: Path, con: duckdb.DuckDBPyConnection
) -> None:
    with (export / "data_dictionary.csv").open(newline="", encoding="utf-8") as file:
        dictionary = list(csv.DictReader(file))
    assert {row["mart"] for row in dictionary} == set(MARTS)
    assert all(row["description"] for row in dictionary)
    for mart in MARTS:
        documented = {(row["column"], row["type"]) for row in dictionary if row["mart"] == mart}
        found = con.execute(
            "select column_name, lower(data_type) from information_schema.columns where table_name = ?",
            [mart],
        )
        assert set(found.fetchall()) == documented, mart
        assert f"## {mart}" in (export / "data_dictionary.md").read_text(encoding="utf-8")


def test_a_run_for_one_county_gives_that_county_alone(con: duckdb.DuckDBPyConnection) -> None:
    for mart in MARTS:
        counties = con.execute(f"select distinct county from {mart}").fetchall()
        assert counties == [("SACRAMENTO",)], mart


def test_nothing_in_an_export_names_a_person(export: Path, con: duckdb.DuckDBPyConnection) -> None:
    identifying = [
        "SUBJECT_ID",
        "CII_NUMBER",
        "PRI_NAME",
        "PRI_DOB",
        "PRI_SSN",
        "PRI_CDL",
        "OFN",
        "COMMENT_TEXT",
    ]
    lines = support.lines_of(project.root() / "samples" / "doj_extract.csv")
    secrets = {line[field].strip() for line in lines for field in identifying if field in line} - {"", "NULL"}
    assert len(secrets) > 100
    for mart in MARTS:
        types = con.execute(
            "select distinct data_type from information_schema.columns where table_name = ?", [mart]
        ).fetchall()
        assert {type for (type,) in types} <= {"VARCHAR", "INTEGER", "BIGINT", "BOOLEAN"}, mart
        for row in con.execute(f"select * from {mart}").fetchall():
            assert not secrets & {str(value) for value in row if isinstance(value, str)}, mart


def test_ids_agree_within_an_export_and_not_between_exports(
    sample_run: Path, export: Path, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lost = con.execute(
        """
        select
            (select count(*) from research_decisions anti join research_convictions using (conviction_id, person_id)),
            (select count(*) from research_decisions anti join research_people using (person_id, county)),
            (select count(*) from research_rule_trace anti join research_decisions using (conviction_id, policy)),
            (select count(*) from research_relief anti join research_people using (person_id, county))
        """
    ).fetchone()
    assert lost == (0, 0, 0, 0)
    query = "select distinct person_id from research_people"
    with opened(exported(sample_run, tmp_path / "again")) as again:
        assert not set(con.execute(query).fetchall()) & set(again.execute(query).fetchall())


def test_the_counts_are_those_of_the_run(con: duckdb.DuckDBPyConnection, sample_run: Path) -> None:
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as run:
        decided = run.execute(
            "select policy, count(*) from fct_decisions where county = 'SACRAMENTO' group by 1 order by 1"
        ).fetchall()
    for mart, count in (("research_decisions", "count(*)"), ("research_county_counts", "sum(convictions)")):
        assert con.execute(f"select policy, {count} from {mart} group by 1 order by 1").fetchall() == decided


def test_a_run_for_all_counties_is_partitioned_by_county(sample_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(sample_run / "warehouse.duckdb", run)
    (run / "warehouse.duckdb").chmod(0o600)
    with duckdb.connect(str(run / "warehouse.duckdb")) as con:
        con.execute("update run_settings set run_county = 'all'")
        counties = con.execute("select distinct county from int_relief_by_subject order by 1").fetchall()
    assert len(counties) > 3
    with opened(exported(run, tmp_path / "export")) as con:
        assert con.execute("select distinct county from research_people order by 1").fetchall() == counties


@pytest.mark.parametrize(
    ("taken", "refused"),
    [("file", "a file; name a folder"), ("folder", "the folder exists and is not empty; name a new one")],
)
def test_an_export_never_writes_over_anything(
    sample_run: Path, tmp_path: Path, taken: str, refused: str
) -> None:
    out = tmp_path / "out"
    if taken == "file":
        out.write_text("mine", encoding="utf-8")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    done = support.cmr("export-marts", "--run", sample_run, "--out", out)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"cmr: --out {out}: {refused}"]
    assert (out if taken == "file" else out / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    done = support.cmr("export-marts", "--run", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 2 and "no such warehouse" in done.stderr
    assert not (tmp_path / "out").exists()
