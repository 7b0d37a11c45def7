"""What must hold for every extract, on extracts that nobody would think of."""

import os
import random
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import support
from cmr.build import warehouse
from cmr.commands.generate import Shares, generate
from cmr.law import criteria
from cmr.progress import StageProgress

# Each example builds a warehouse twice, at some seconds a build; `make test-long` tries more.
FEW = settings(
    max_examples=int(os.environ.get("CMR_EXAMPLES", "2")),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

SUBJECTS = ["1001", "1002", "1003", " 1003 ", ""]
COUNT_ORDERS = ["001001001000", "001001002000", "001002001000", "002001001000", "00100100100", "X01001001000"]
DATES = ["20010203", "20161108", "20161109", "20000229", "20010230", "19990000", "00000000", "", "2001"]
OFFENSES = [
    "11357(A) HS-POSSESS", "11357A HS-POSSESS", "11357(B) HS-POSS 28.5 GRAMS OR LESS", "11358 HS-CULTIVATE",
    "11359 HS - POSS", "664/11360(A) HS-ATT", "11360(B) SELL/FURNISH", "11357.5 HS-SYNTHETIC", "187(A) PC-MURDER",
    "664/187 PC-ATT MURDER", "261 PC-RAPE", "288.2 PC-HARMFUL MATTER", "290 PC-REGISTRATION", "148(A)(1) PC-RESIST",
    "186.22(B)(4) PC-GANG", "136.1 PC-WITNESS", "SEE COMMENT FOR CHARGE", "", "NOT A STATUTE",
]  # fmt: skip
COMMENTS = ["", "CHRG 11358 HS", "11357(D) HS", "SCN-1", 'SAID "NO", AND LEFT']

ODD_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "SUBJECT_ID": st.sampled_from(SUBJECTS),
            "CNT_ORDER": st.sampled_from(COUNT_ORDERS),
            "STP_EVENT_DATE": st.sampled_from(DATES),
            "STP_TYPE_DESCR": st.sampled_from(
                ["COURT ACTION", "ARREST/DETAINED/CITED", "REGISTRATION", " DECEASED"]
            ),
            "STP_ORI_CNTY_NAME": st.sampled_from(
                ["SACRAMENTO", "LOS ANGELES", "SAN JOAQUIN", "NEVADA STATE", ""]
            ),
            "PRI_DOB": st.sampled_from(["19600314", "20000229", "00000000", ""]),
            "OFFENSE_DESCR": st.sampled_from(OFFENSES),
            "COMMENT_TEXT": st.sampled_from(COMMENTS),
            "DISP_DESCR": st.sampled_from(["CONVICTED-JAIL", "CONVICTED", "CONVICTED", "DISMISSED", ""]),
            "CONV_STAT_DESCR": st.sampled_from(["FELONY", "MISDEMEANOR", " ", "OTHER"]),
            "OFFENSE_TOC": st.sampled_from(["F", "M", "N", ""]),
            "SENT_LENGTH": st.sampled_from(["30", "6", "LIFE", "", "99999"]),
            "SENT_TIME_CODE": st.sampled_from(["D", "M", "Y", "", "X"]),
        }
    ),
    min_size=1,
    max_size=40,
)


def generated_rows(seed: int) -> list[dict[str, str]]:
    """The lines of a generated extract in which every oddity is frequent."""
    shares = Shares.parse([f"{field.name}=0.2" for field in fields(Shares)])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generated.csv"
        generate(path, lines=120, county="SACRAMENTO", seed=seed, shares=shares)
        return support.lines_of(path)


ROWS = st.one_of(ODD_ROWS, st.integers(0, 9999).map(generated_rows))


def build(paths: Sequence[Path]) -> dict[str, Any]:
    """What a run decides and counts: decisions by person and count, and the numbers by county."""
    with TemporaryDirectory() as folder, StageProgress() as progress:
        (Path(folder) / "tmp").mkdir()
        with warehouse.build(
            list(paths),
            as_of=date(2020, 7, 1),
            county="all",
            criteria=criteria.read(None),
            folder=Path(folder),
            progress=progress,
        ) as built:
            con = built.con
            return {
                "decisions": con.execute(
                    """
                    select policy, subject_id, cnt_order, determination, reason
                    from fct_decisions as decisions
                    inner join fct_convictions as convictions using (conviction_id)
                    inner join dim_subjects as subjects on decisions.subject_key = subjects.subject_key
                    order by all
                    """
                ).fetchall(),
                "impact": con.execute("from county_impact order by all").fetchall(),
                "numbers": con.execute("from county_decisions order by all").fetchall(),
                "set_aside": con.execute(
                    "select cause, count(*) from set_aside_lines group by 1 order by 1"
                ).fetchall(),
                "records": con.execute("select sum(records) from raw_reconciliation").fetchall(),
            }


@FEW
@given(rows=ROWS, cuts=st.lists(st.integers(0, 120), min_size=2, max_size=2), header=st.booleans())
def test_one_file_or_three_decide_the_same(rows: list[dict[str, str]], cuts: list[int], header: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole = support.extract(folder, rows, header=header)
        first, second = sorted(cuts)
        parts = [part for part in (rows[:first], rows[first:second], rows[second:]) if part]
        files = [
            support.extract(folder, part, name=f"{number}.csv", header=header)
            for number, part in enumerate(parts)
        ]
        if len({file.read_bytes() for file in files}) == len(files):  # the same file twice is a wrong call
            assert build([whole]) == build(files)


@FEW
@given(rows=ROWS, seed=st.integers(0, 1000))
def test_the_order_of_lines_decides_nothing_where_a_persons_lines_agree(
    rows: list[dict[str, str]], seed: int
) -> None:
    # "First in file order" matters only to lines that disagree: here a conviction's lines differ in the
    # sentence alone.
    agreed: dict[tuple[str, str], dict[str, str]] = {}
    births: dict[str, str] = {}
    for row in rows:
        subject = row["SUBJECT_ID"].strip()
        same = agreed.setdefault((subject, row["CNT_ORDER"]), row)
        row.update(same | {"SENT_LENGTH": row["SENT_LENGTH"], "SENT_TIME_CODE": row["SENT_TIME_CODE"]})
        row["PRI_DOB"] = births.setdefault(subject, row["PRI_DOB"])
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    with TemporaryDirectory() as name:
        folder = Path(name)
        one = support.extract(folder, rows)
        other = support.extract(folder, shuffled, name="shuffled.csv")
        assert build([one]) == build([other])


@FEW
@given(
    lines=st.lists(
        st.one_of(
            st.just(support.text([support.line()], header=False).encode()),
            st.sampled_from(
                [
                    b'1,"open\n',
                    b"\n",
                    b"x,y\n",
                    b",\n",
                    b'"a\nb",c\n',
                    b"\xff\n",
                    b'q"q,\n',
                    b"\r\n",
                    b"\x00\n",
                ]
            ),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_no_line_is_lost_whatever_stands_in_the_file(lines: list[bytes]) -> None:
    good = support.text([support.line()]).encode()
    with TemporaryDirectory() as name:
        path = Path(name) / "odd.csv"
        path.write_bytes(good + b"".join(lines))
        built = build([path])
        [(records,)] = built["records"]
        # A good line may be swallowed by no broken neighbour.
        assert records >= 1 + sum(line == good.split(b"\n", 1)[1] for line in lines)
