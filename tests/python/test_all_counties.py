"""`cmr run --county all`: the lines of the state once, each county's files in a folder, and nothing lost between them."""

import json
from pathlib import Path

import duckdb
import pytest

import support
from cmr.errors import CmrError
from cmr.files import conservation
from cmr.files.exports import Written
from cmr.sources.ca_doj_extract import inspection

LINE_FILES = {"All_Results.csv", "All_Results_Condensed.csv"}
RUN_FILES = {"Set_Aside.csv", "Data_Quality.html", "manifest.json", "warehouse.duckdb"}
COUNTY_FILES = {
    "Prop64_Results.csv",
    "Prop64_Results.xlsx",
    "Needs_Review.csv",
    "Related_Charges.csv",
    "Court_Updates.csv",
    "summary.json",
    "Summary_Report.html",
    "Summary_Report.pdf",
    "Public_Report.html",
    "public_summary.csv",
}

BURGLARY = {"OFFENSE_DESCR": "459 PC-BURGLARY"}
# Who has no decision anywhere: what is written of them is written of every line.
UNDECIDED = "NOBODY,ASKS"
ROWS: list[dict[str, str]] = [
    # one person in two counties
    {"SUBJECT_ID": "1001"},
    {"SUBJECT_ID": "1001", "CNT_ORDER": "002001001000", "STP_ORI_CNTY_NAME": "LOS ANGELES"},
    {"SUBJECT_ID": "1002", "STP_ORI_CNTY_NAME": "LOS ANGELES", "PRI_NAME": UNDECIDED} | BURGLARY,
    # in conflict, so that somebody looks at it
    {"SUBJECT_ID": "1003", "STP_ORI_CNTY_NAME": "KERN"},
    {"SUBJECT_ID": "1003", "CNT_ORDER": "002001001000", "STP_ORI_CNTY_NAME": "KERN", "PRI_DOB": "19610314"}
    | BURGLARY,
    # counties without a Prop 64 conviction: a decision on a related charge, one to look at, nothing, no county
    {"SUBJECT_ID": "1007", "STP_ORI_CNTY_NAME": "MARIN", "OFFENSE_DESCR": "602 PC-TRESPASS"},
    {
        "SUBJECT_ID": "1004",
        "STP_ORI_CNTY_NAME": "FRESNO",
        "STP_TYPE_DESCR": "ARREST/DETAINED/CITED",
        "DISP_DESCR": "",
    },
    {
        "SUBJECT_ID": "1004",
        "STP_ORI_CNTY_NAME": "FRESNO",
        "CNT_ORDER": "001002001000",
        "OFFENSE_DESCR": "32 PC-ACCESSORY",
    },
    {"SUBJECT_ID": "1005", "STP_ORI_CNTY_NAME": "ALPINE"} | BURGLARY,
    {"SUBJECT_ID": "1006", "STP_ORI_CNTY_NAME": "NOWHERE"},
    # set aside
    {"SUBJECT_ID": "", "STP_ORI_CNTY_NAME": "KERN"},
]
DECISIONS = 4
FOLDERS = {
    "SACRAMENTO": "SACRAMENTO",
    "LOS ANGELES": "LOS_ANGELES",
    "KERN": "KERN",
    "FRESNO": "FRESNO",
    "MARIN": "MARIN",
}


@pytest.fixture(scope="module")
def state_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `cmr run --county all` on ROWS, with decisions on related charges too. Read only."""

    def make(folder: Path) -> None:
        words = ("--criteria", "dismiss_all_prop64_and_related")
        done = support.run(support.extract(folder, ROWS), folder / "out", *words, county="all")
        assert done.returncode == 3, done.stderr

    return support.made_once(tmp_path_factory, "state_run", make) / "out"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_of_the_state_comes_once_and_what_is_of_a_county_in_its_folder(state_run: Path) -> None:
    assert names(state_run) == LINE_FILES | RUN_FILES | set(FOLDERS.values())
    for folder in FOLDERS.values():
        assert names(state_run / folder) == COUNTY_FILES
        assert (state_run / folder).stat().st_mode & 0o077 == 0


def test_no_county_more_adds_the_lines_of_the_others(state_run: Path) -> None:
    """What is written grows with the lines and the decisions, not with lines times counties."""
    written = [path.read_text(encoding="utf-8") for path in state_run.rglob("*.csv")]
    assert sum(text.count(UNDECIDED) for text in written) == len(LINE_FILES)
    lines = sum(len(support.lines_of(path)) for path in state_run.rglob("*_Results*.csv"))
    assert lines == len(LINE_FILES) * len(ROWS) + DECISIONS


def test_every_line_comes_in_order_with_the_decision_of_its_county(state_run: Path) -> None:
    given = [support.CONVICTION | row for row in ROWS]
    for name in LINE_FILES:
        rows = support.lines_of(state_run / name)
        assert [row["STP_ORI_CNTY_NAME"] for row in rows] == [row["STP_ORI_CNTY_NAME"] for row in given]
        assert [row["PRI_NAME"] for row in rows] == [row["PRI_NAME"] for row in given]
        decided = [row["STP_ORI_CNTY_NAME"] for row in rows if row["Eligibility Determination"]]
        assert decided == ["SACRAMENTO", "LOS ANGELES", "KERN", "MARIN"]


def test_a_county_has_the_lines_of_its_decisions_and_no_other(state_run: Path) -> None:
    every = support.lines_of(state_run / "All_Results.csv")
    for county, folder in FOLDERS.items():
        of_county = [
            row for row in every if row["STP_ORI_CNTY_NAME"] == county and row["Eligibility Determination"]
        ]
        assert support.lines_of(state_run / folder / "Prop64_Results.csv") == of_county


@pytest.mark.parametrize("county", FOLDERS)
def test_a_county_s_files_are_those_of_a_run_for_it_alone(
    state_run: Path, tmp_path: Path, county: str
) -> None:
    support.export_again(state_run, tmp_path, county, workbook=True)
    folder = state_run / FOLDERS[county]
    # The report names the files that are in the folder, and the summary the time that they took.
    for name in COUNTY_FILES - {"Summary_Report.html", "Summary_Report.pdf", "summary.json"}:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name
    alone, of_all = (json.loads((path / "summary.json").read_text()) for path in (tmp_path, folder))
    alone.pop("processingTimeInSeconds"), of_all.pop("processingTimeInSeconds")
    assert alone == of_all


def test_the_account_is_of_each_county_and_of_all_together(state_run: Path) -> None:
    manifest = json.loads((state_run / "manifest.json").read_text())
    files = {
        (row["county"], row["file"]): row
        for row in manifest["reconciliation"]
        if row["step"] == "warehouse to file"
    }
    assert {file for county, file in files if county == "all"} == {
        *LINE_FILES,
        "Set_Aside.csv",
        "Prop64_Results.csv",
        "Needs_Review.csv",
        "Related_Charges.csv",
        "Court_Updates.csv",
    }
    assert files["all", "All_Results.csv"]["leaving"] == len(ROWS)
    assert files["all", "Set_Aside.csv"]["leaving"] == 1
    for file, leaving in (
        ("Prop64_Results.csv", DECISIONS),
        ("Court_Updates.csv", DECISIONS),
        ("Needs_Review.csv", 1),
        ("Related_Charges.csv", 1),
    ):
        assert files["all", file]["leaving"] == leaving
        assert sum(files[county, file]["leaving"] for county in FOLDERS) == leaving
        for county, folder in FOLDERS.items():
            assert len(support.lines_of(state_run / folder / file)) == files[county, file]["leaving"]
    done = support.cmr("verify", state_run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(manifest['outputs'])} files of the run, 0 differences" in done.stdout


@pytest.mark.parametrize(
    ("county", "message"),
    [
        ("MARIN", r"Prop64_Results\.csv: 1 decisions missing without a cause"),
        ("FRESNO", r"Related_Charges\.csv: 1 convictions missing without a cause"),
    ],
)
def test_a_county_that_is_left_out_fails_the_run(state_run: Path, county: str, message: str) -> None:
    inspected = inspection.inspect([state_run.parent / "extract.csv"])
    account = json.loads((state_run / "manifest.json").read_text())["reconciliation"]
    written = Written(
        {
            (row["county"], row["file"]): row["leaving"]
            for row in account
            if row["step"] == "warehouse to file"
            and (row["county"] != "all" or row["file"] in {*LINE_FILES, "Set_Aside.csv"})
        }
    )
    with duckdb.connect(str(state_run / "warehouse.duckdb"), read_only=True) as con:
        assert conservation.reconcile(con, inspected, written) == account
        for key in [key for key in written.rows if key[0] == county]:
            del written.rows[key]
        with pytest.raises(CmrError, match=message):
            conservation.reconcile(con, inspected, written)


def test_one_county_that_cannot_be_written_fails_the_run(state_run: Path, tmp_path: Path) -> None:
    (tmp_path / "KERN" / "Summary_Report.html").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        support.export_again(state_run, tmp_path, "all")


def test_papers_of_all_counties_lie_in_their_folders(state_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "papers"
    done = support.cmr("papers", state_run, "--papers", "omnibus", "--out", out)
    assert done.returncode == 0, done.stderr
    assert names(out) == set(FOLDERS.values())


def test_a_state_without_any_such_conviction(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = support.run(support.extract(tmp_path, [BURGLARY]), out, county="all")
    assert done.returncode == 0, done.stderr
    assert "these files have no Prop 64 conviction in any county" in done.stdout
    assert names(out) == LINE_FILES | RUN_FILES
    assert len(support.lines_of(out / "All_Results.csv")) == 1
