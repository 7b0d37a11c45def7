import json
from pathlib import Path

import pytest

import browser
import support
from cmr import project


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of a browser to show pages in."""
    return browser.find() or pytest.fail(browser.MISSING, pytrace=False)


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `cmr run` on the sample, made once for all workers. Read only."""

    def make(folder: Path) -> None:
        done = support.run(project.root() / "samples" / "doj_extract.csv", folder / "out")
        assert done.returncode in (0, 3), done.stderr

    return support.made_once(tmp_path_factory, "sample_run", make) / "out"


@pytest.fixture(scope="session")
def odd_extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extract with one of each thing that is odd in data; every person in it has a Prop 64 conviction in
    Sacramento unless said otherwise. Read only."""
    rows: list[dict[str, str]] = [
        # two convictions, the later one first, and two dates of birth
        {"SUBJECT_ID": "1001", "CNT_ORDER": "001002001000"},
        {"SUBJECT_ID": "1001", "PRI_DOB": "19610314"},
        {"SUBJECT_ID": "1002", "CONV_STAT_DESCR": "", "OFFENSE_TOC": "N"},
        {"SUBJECT_ID": "1003", "PRI_DOB": "19600000"},
        {"SUBJECT_ID": "1004", "STP_EVENT_DATE": "20010231"},
        {"SUBJECT_ID": "1005", "SENT_LENGTH": "LIFE", "SENT_TIME_CODE": ""},
        {"SUBJECT_ID": "1006", "OFN": ""},
        {"SUBJECT_ID": "1007", "STP_ORI_CNTY_NAME": "NOWHERE"},
        # two more convictions whose offense cannot be read
        {"SUBJECT_ID": "1008"},
        {"SUBJECT_ID": "1008", "CNT_ORDER": "001001002000", "OFFENSE_DESCR": "DISTURBING"},
        {
            "SUBJECT_ID": "1008",
            "CNT_ORDER": "001001003000",
            "OFFENSE_DESCR": "SEE COMMENT FOR CHARGE",
            "COMMENT_TEXT": "CANARY",
        },
        # the same line twice, but for a field that nothing uses
        {"SUBJECT_ID": "1009"},
        {"SUBJECT_ID": "1009", "RECORD_ID": "2"},
        # no conviction, or none of Prop 64
        {"SUBJECT_ID": "1010", "DISP_DESCR": "DISMISSED"},
        {"SUBJECT_ID": "1011", "OFFENSE_DESCR": "459 PC-BURGLARY"},
        # set aside
        {"SUBJECT_ID": ""},
        {"SUBJECT_ID": "1012", "CNT_ORDER": "001001"},
        {"SUBJECT_ID": "1013", "COMMENT_TEXT": "ONE LINE\nAND ANOTHER"},
    ]
    lines = [support.line({"PRI_NAME": "CANARY,JANE"} | row) for row in rows]
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    short = support.text([support.line()[:-1]], header=False)
    path.write_text(support.text(lines) + "\n" + short, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def odd_run(tmp_path_factory: pytest.TempPathFactory, odd_extract: Path) -> Path:
    """The output folder of `cmr run` on odd_extract, by criteria that ask for the age at the conviction."""

    def make(folder: Path) -> None:
        criteria = folder / "criteria.json"
        criteria.write_text(json.dumps(support.UNDER_21))
        done = support.run(odd_extract, folder / "out", "--criteria", criteria)
        assert done.returncode == 3, done.stderr

    return support.made_once(tmp_path_factory, "odd_run", make) / "out"
