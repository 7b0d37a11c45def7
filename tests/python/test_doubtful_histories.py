"""Doubtful data from the extract to the decision: what it leaves undecided, and what known lines settle all the same.

As of 2020-07-01. The people's other facts are such that the rule in question decides.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project

Line = dict[str, str]
POSSESSION, PIPE, RESISTING = "11359 HS-POSSESS FOR SALE", "11364 HS-PARAPHERNALIA", "148(A)(1) PC-OBSTRUCT"
UNREAD, DOUBTFUL = "SEE PAGE 2", "187(A)-MURDER"
THREE_EVENTS = "Three or more conviction events for the same charge"
MISSING_CHARGE, MISSING_LINE = "Missing an unread charge", "Missing a line that was set aside"


def conviction(offense: str = POSSESSION, cycle: int = 1, **fields: str) -> Line:
    """A felony of 2005 without a sentence, of a person who was 40 in 2020."""
    return {
        "STP_EVENT_DATE": f"2005020{cycle}",
        "OFFENSE_DESCR": offense,
        "CNT_ORDER": f"{cycle:03}001001000",
        "PRI_DOB": "19800314",
        "SENT_LENGTH": "",
        "SENT_TIME_CODE": "",
    } | fields


def arrest(offense: str) -> Line:
    """In the cycle of a first conviction."""
    place = {"CNT_ORDER": "001002001000", "STP_TYPE_DESCR": "ARREST/DETAINED/CITED"}
    return conviction(offense, **place, DISP_DESCR="", CONV_STAT_DESCR="", OFFENSE_TOC="")


SET_ASIDE = conviction("459 PC-BURGLARY", CNT_ORDER="002")
REGISTRATION_SET_ASIDE = arrest("290(A) PC-REGISTER") | {
    "CNT_ORDER": "003",
    "STP_TYPE_DESCR": "REGISTRATION",
}
RUNNING = {"SENT_LENGTH": "30", "SENT_TIME_CODE": "Y"}
LOWER = {"CONV_STAT_DESCR": "MISDEMEANOR", "OFFENSE_TOC": "M"}
UNKNOWN_END = {"SENT_LENGTH": "LIFE", "SENT_TIME_CODE": ""}

# Policy, and a person's lines with the reason for the first of them: null where the policy does not decide it.
PEOPLE: dict[tuple[str, str], list[tuple[list[Line], str | None]]] = {
    ("KERN", "county_criteria"): [
        # relieved already: decided like any other, and no update for the court
        (
            [conviction(**LOWER), conviction(**LOWER, DISP_DESCR="DISMISSED-1203.4 PC")],
            "Misdemeanor or Infraction",
        ),
    ],
    ("SACRAMENTO", "pilot_sacramento"): [
        ([conviction(), SET_ASIDE], MISSING_LINE),
        ([conviction(**UNKNOWN_END), SET_ASIDE], "Missing end of a sentence, a line that was set aside"),
        (
            [conviction(), conviction(cycle=2, STP_EVENT_DATE="20190201"), SET_ASIDE],
            "Has convictions in past 10 years",
        ),
        ([conviction(), conviction(UNREAD, 2)], "No convictions in past 10 years"),
    ],
    ("SAN JOAQUIN", "pilot_san_joaquin"): [
        ([conviction(RESISTING), arrest(UNREAD)], MISSING_CHARGE),
        ([conviction(RESISTING), arrest(UNREAD), arrest(POSSESSION)], "148(A)(1) PC"),
        (
            [conviction(RESISTING), arrest(DOUBTFUL), SET_ASIDE],
            f"{MISSING_CHARGE}, a line that was set aside",
        ),
        ([conviction("11357 HS-POSSESS"), arrest(UNREAD)], "11357 HS"),
    ],
    ("SAN FRANCISCO", "pilot_san_francisco"): [
        ([conviction(PIPE), arrest(UNREAD)], MISSING_CHARGE),
        ([conviction(PIPE), SET_ASIDE], MISSING_LINE),
        ([conviction(PIPE), arrest(RESISTING)], None),
        ([conviction(PIPE), arrest(UNREAD), arrest(POSSESSION)], "Plea bargain: maybe"),
        ([conviction(), REGISTRATION_SET_ASIDE], MISSING_LINE),
        ([conviction(), conviction(cycle=2), conviction(DOUBTFUL, 3)], MISSING_CHARGE),
        ([conviction(cycle=cycle) for cycle in (1, 2, 3)] + [SET_ASIDE], THREE_EVENTS),
    ],
    ("LOS ANGELES", "pilot_los_angeles"): [
        # of the same day, and yet it may be one for failing to register, on an earlier offense
        ([conviction(), conviction(DOUBTFUL, 2)], MISSING_CHARGE),
        ([conviction(cycle=2), conviction(DOUBTFUL, 1)], MISSING_CHARGE),
        ([conviction(**RUNNING), REGISTRATION_SET_ASIDE], MISSING_LINE),
    ],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run for all counties with these people only, whose SUBJECT_ID is the policy and their place in its list."""
    folder = tmp_path_factory.mktemp("doubtful")
    lines = [
        line | {"SUBJECT_ID": f"{policy}.{place}", "CII_NUMBER": "", "STP_ORI_CNTY_NAME": county}
        for (county, policy), people in PEOPLE.items()
        for place, (history, _) in enumerate(people)
        for line in history
    ]
    done = support.run(support.extract(folder, lines), folder / "out", county="all")
    assert done.returncode == 3, done.stderr
    return folder / "out"


def test_a_doubt_leaves_undecided_what_known_lines_do_not_settle(run: Path) -> None:
    with duckdb.connect(str(run / "warehouse.duckdb"), read_only=True) as con:
        reasons = dict(
            con.execute(
                "select policy || '.' || subject_id, min_by(reason, conviction_id)"
                " from fct_decisions inner join dim_subjects using (subject_key) group by all"
            ).fetchall()
        )
    expected = {
        f"{policy}.{policy}.{place}": reason
        for (_, policy), people in PEOPLE.items()
        for place, (_, reason) in enumerate(people)
    }
    assert {person: reasons.get(person) for person in expected} == expected


def test_what_must_hold_in_any_build_holds_for_doubtful_data(run: Path, tmp_path: Path) -> None:
    shutil.copy(run / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    (tmp_path / "tmp").mkdir()
    root = project.root()
    environment = os.environ | {
        "CMR_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
        "CMR_TEMP": str(tmp_path / "tmp"),
        "DBT_PROFILES_DIR": str(root),
    }
    words = ["test", "--quiet", "--select", "test_type:singular", "path:models/court_files,test_type:data"]
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *words, "--target-path", str(tmp_path / "target")],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
