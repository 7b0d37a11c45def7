"""Synthetic extracts: exact, reproducible, and with every feature that a share names."""

import csv
import dataclasses
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cmr.commands.generate import Shares, generate
from cmr.errors import CmrError

SEED_FILE = Path(__file__).parents[2] / "seeds" / "doj_extract_columns.csv"
NONE = Shares(**{field.name: 0.0 for field in dataclasses.fields(Shares)})
COUNTY = "YOLO"

Line = dict[str, str]


def column_names() -> list[str]:
    with SEED_FILE.open(newline="", encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


def read(path: Path) -> list[Line]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Line]]:
    """The lines of an extract with only the given shares."""
    folder = tmp_path_factory.mktemp("extracts")
    made: dict[tuple, list[Line]] = {}

    def lines(count: int = 1500, **shares: float) -> list[Line]:
        key = (count, *sorted(shares.items()))
        if key not in made:
            path = folder / f"{len(made)}.csv"
            generate(path, lines=count, county=COUNTY, seed=3, shares=dataclasses.replace(NONE, **shares))
            made[key] = read(path)
        return made[key]

    return lines


def is_convicted(line: Line) -> bool:
    return line["DISP_DESCR"].startswith("CONVICTED")


def is_court(line: Line) -> bool:
    return line["STP_TYPE_DESCR"].strip() == "COURT ACTION"


def people_with_two(lines: list[Line], field: str) -> bool:
    seen = {(line["SUBJECT_ID"], line[field]) for line in lines}
    return len(seen) > len({subject for subject, _ in seen})


def is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def starts(line: Line, *sections: str) -> bool:
    section = re.match(r"[\d./]+[A-Z]?", line["OFFENSE_DESCR"])
    return section is not None and section[0] in sections


PROP64 = ("11357", "11358", "11359", "11360")
LOOKALIKES = ("11357.5", "182/", "182-", "32/", "11361(", "11362.3")
RELATED = ("466", "148", "148.9", "1320", "11364", "11550", "4140", "4149", "4060", "40508")
REGISTRABLE = ("288", "664/288", "243.4", "314.1", "647.6", "647A", "266H", "266J", "288.2", "289", "311.11")

# Each share: whether what it stands for is in the lines, and the other shares that must be on for it to be
# possible.
KINDS: dict[str, tuple[Callable[[list[Line]], bool], dict[str, float]]] = {
    "unknown_birth_date": (lambda lines: any(not is_date(line["PRI_DOB"]) for line in lines), {}),
    "conflicting_person": (
        lambda lines: all(people_with_two(lines, name) for name in ("PRI_DOB", "GENDER")),
        {"court_action": 1},
    ),
    "recent_youth": (
        # the people of a file without them start evenly over half a century
        lambda lines: (
            sum(line["CYC_ORDER"][:3] == "101" and line["CYC_DATE"] > "2015" for line in lines)
            > 0.2 * sum(line["CYC_ORDER"][:3] == "101" for line in lines)
        ),
        {},
    ),
    "deceased": (lambda lines: any(line["STP_TYPE_DESCR"] == "DECEASED" for line in lines), {}),
    "registration": (lambda lines: any(line["STP_TYPE_DESCR"] == "REGISTRATION" for line in lines), {}),
    "drug_registration": (lambda lines: any(starts(line, "11590") for line in lines), {}),
    "applicant": (lambda lines: any(line["STP_TYPE_DESCR"] == "APPLICANT" for line in lines), {}),
    "other_county": (lambda lines: any(line["STP_ORI_CNTY_NAME"] != COUNTY for line in lines), {}),
    "gang_pair": (
        lambda lines: any(line["OFFENSE_DESCR"].startswith("186.22(B)(4)") for line in lines),
        {},
    ),
    "court_action": (lambda lines: any(is_court(line) for line in lines), {}),
    "custody": (
        lambda lines: any(line["STP_TYPE_DESCR"] == "CUSTODY" for line in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "probation": (
        lambda lines: any(line["STP_TYPE_DESCR"] == "PROBATION" for line in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "set_aside": (
        lambda lines: any("1203.4" in line["DISP_DESCR"] for line in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "missing_case_number": (
        lambda lines: any(is_court(line) and not line["OFN"] for line in lines),
        {"court_action": 1},
    ),
    "null_case_number": (
        lambda lines: any(line["OFN"].strip() == "NULL" for line in lines),
        {"court_action": 1},
    ),
    "unknown_date": (lambda lines: any(not is_date(line["STP_EVENT_DATE"]) for line in lines), {}),
    "future_date": (
        lambda lines: any(
            is_court(x) and is_date(x["STP_EVENT_DATE"]) and x["STP_EVENT_DATE"] > "2020" for x in lines
        ),
        {"court_action": 1},
    ),
    "unknown_county": (lambda lines: any(not line["STP_ORI_CNTY_NAME"] for line in lines), {}),
    "prop64": (
        # everybody has one Prop 64 offense; the share makes second ones in a cycle
        lambda lines: any(starts(line, *PROP64) and line["CNT_ORDER"][6:9] == "002" for line in lines),
        {},
    ),
    "related": (lambda lines: any(starts(line, *RELATED) for line in lines), {}),
    "lookalike": (lambda lines: any(line["OFFENSE_DESCR"].startswith(LOOKALIKES) for line in lines), {}),
    "superstrike": (lambda lines: any(line["OFFENSE_DESCR"].startswith("187") for line in lines), {}),
    "registrable": (lambda lines: any(starts(line, *REGISTRABLE) for line in lines), {}),
    "depends": (lambda lines: any(line["OFFENSE_DESCR"].startswith("261 PC") for line in lines), {}),
    "plea_bargain": (
        lambda lines: any(starts(line, "32", "11366", "11366.5") for line in lines),
        {"court_action": 1},
    ),
    "convicted": (lambda lines: any(is_convicted(line) for line in lines), {"court_action": 1}),
    "several_case_numbers": (
        lambda lines: (
            len({(x["SUBJECT_ID"], x["STP_ORDER"], x["OFN"]) for x in lines if is_court(x)})
            > len({(x["SUBJECT_ID"], x["STP_ORDER"]) for x in lines if is_court(x)})
        ),
        {"court_action": 1},
    ),
    "unknown_level": (lambda lines: any(line["OFFENSE_TOC"] in ("", "N") for line in lines), {}),
    "unusual_level": (
        lambda lines: any(starts(x, "459", "211", "11359") and x["OFFENSE_TOC"] == "I" for x in lines),
        {},
    ),
    "level_in_toc_only": (
        lambda lines: any(is_convicted(x) and not x["CONV_STAT_DESCR"] and x["OFFENSE_TOC"] for x in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "life_sentence": (
        lambda lines: any(line["SENT_LENGTH"] == "LIFE" for line in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "long_sentence": (
        lambda lines: any(line["SENT_TIME_CODE"] == "Y" and int(line["SENT_LENGTH"]) > 6 for line in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "unknown_sentence": (
        lambda lines: any(x["SENT_TIME_CODE"] == "N" or x["SENT_LENGTH"] == "TIME SERVED" for x in lines),
        {"court_action": 1, "convicted": 1},
    ),
    "set_off_code": (
        lambda lines: any(
            re.match(r"\d[^ ]*(,|_| ?[(\[]) ?(HS|PC|VC|BP)", x["OFFENSE_DESCR"]) for x in lines
        ),
        {"court_action": 1},
    ),
    "attempt_in_words": (
        lambda lines: (
            any(line["OFFENSE_DESCR"].startswith("664 ") for line in lines)
            and any(re.match(r"[\d.()A-Z]+ (HS-ATT|PC-ATTEMPTED) ", line["OFFENSE_DESCR"]) for line in lines)
        ),
        {"court_action": 1},
    ),
    "two_statutes": (
        lambda lines: any(re.match(r"1135[89]/11357\(B\) HS-", x["OFFENSE_DESCR"]) for x in lines),
        {"court_action": 1},
    ),
    "doubtful_charge": (
        lambda lines: any(x["OFFENSE_DESCR"].startswith("1 CT ") for x in lines),
        {"court_action": 1},
    ),
    "relief_entry": (
        lambda lines: (
            (
                {
                    (line["SUBJECT_ID"], line["CNT_ORDER"])
                    for line in lines
                    if "1203.425" in line["DISP_DESCR"]
                }
                & {(line["SUBJECT_ID"], line["CNT_ORDER"]) for line in lines if is_convicted(line)}
            )
            != set()
        ),
        {"court_action": 1, "convicted": 1},
    ),
    "charge_in_comment": (
        lambda lines: (
            any(x["OFFENSE_DESCR"] == "SEE COMMENT FOR CHARGE" and x["COMMENT_TEXT"] for x in lines)
            and any(not line["OFFENSE_DESCR"].strip() and line["COMMENT_TEXT"] for line in lines)
        ),
        {},
    ),
    "comment_names_prop64": (lambda lines: any("11358 HS" in line["COMMENT_TEXT"] for line in lines), {}),
    "remark": (lambda lines: any(line["COMMENT_TEXT"].startswith("REF ") for line in lines), {}),
    "padded": (lambda lines: any(line["STP_TYPE_DESCR"].endswith(" ") for line in lines), {}),
    "white_space": (
        lambda lines: (
            any("\t" in x["OFFENSE_DESCR"] and "\t" in x["STP_EVENT_DATE"] for x in lines)
            and any("\u00a0" in line["OFFENSE_DESCR"] for line in lines)
        ),
        {},
    ),
    "null_word": (lambda lines: any(line["PRI_DOB"] == "NULL" for line in lines), {"unknown_birth_date": 1}),
    "repeated_line": (
        lambda lines: len({tuple(line.values())[1:] for line in lines}) < len(lines),
        {},
    ),
    "blank_subject_id": (lambda lines: any(not line["SUBJECT_ID"] for line in lines), {}),
    "short_count_order": (lambda lines: any(len(line["CNT_ORDER"]) < 12 for line in lines), {}),
}


def test_every_share_is_tested() -> None:
    assert set(KINDS) == {field.name for field in dataclasses.fields(Shares)}


@pytest.mark.parametrize("share", KINDS)
def test_a_share_makes_its_kind_and_none_leaves_it_out(make: Callable[..., list[Line]], share: str) -> None:
    occurs, needs = KINDS[share]
    everything = {field.name: 0.5 for field in dataclasses.fields(Shares)}
    assert occurs(make(20_000, **everything))
    assert not occurs(make(**needs))


def test_same_arguments_same_bytes_on_any_number_of_threads(tmp_path: Path) -> None:
    def made(name: str, seed: int, threads: int) -> bytes:
        path = tmp_path / name
        generate(path, lines=26_000, county="Los Angeles", seed=seed, threads=threads)
        return path.read_bytes()

    first = made("first", 7, 1)
    assert made("second", 7, 4) == first
    assert made("third", 8, 4) != first


@pytest.mark.parametrize("count", [1, 7, 999])
@pytest.mark.parametrize("header", [True, False])
def test_exactly_as_many_lines_as_asked_all_of_95_fields(tmp_path: Path, count: int, header: bool) -> None:
    path = tmp_path / "extract.csv"
    generate(path, lines=count, county=COUNTY, seed=1, header=header)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if header:
        assert rows.pop(0) == column_names()
    assert len(rows) == count == len(path.read_bytes().splitlines()) - header
    assert {len(row) for row in rows} == {95}
    assert {row[-1] for row in rows} == {"#"}
    assert b"\r" not in path.read_bytes()


def test_people_stand_together_in_order_and_each_has_a_prop64_charge(make: Callable[..., list[Line]]) -> None:
    shares = {"convicted": 0.7, "related": 0.2, "registration": 0.1, "deceased": 0.1, "applicant": 0.2}
    lines = make(2000, court_action=1.0, **shares)
    keys = [(line["RECORD_ID"][:9], line["CNT_ORDER"]) for line in lines]
    assert keys == sorted(keys)
    prop64 = re.compile(r"(664[/-])?113(57|58|59|60)(?!\.)")
    people = {line["SUBJECT_ID"] for line in lines}
    assert people == {line["SUBJECT_ID"] for line in lines if prop64.match(line["OFFENSE_DESCR"])}


def test_dates_follow_one_another(make: Callable[..., list[Line]]) -> None:
    steps: dict[tuple[str, str], str] = {}
    shares = {"custody": 0.3, "probation": 0.3, "set_aside": 0.3, "deceased": 0.2}
    for line in make(2000, court_action=1.0, convicted=1.0, **shares):
        day, subject, cycle = line["STP_EVENT_DATE"], line["SUBJECT_ID"], line["CYC_ORDER"]
        assert "19650101" <= day <= "20191231"
        assert steps.get((subject, cycle), "") <= day
        steps[subject, cycle] = day
        assert int(line["CYC_AGE"]) >= 14
        if line["STP_TYPE_DESCR"] == "DECEASED":
            assert day == max(other for (someone, _), other in steps.items() if someone == subject)


def test_lines_of_one_conviction_differ_in_the_sentence_only(make: Callable[..., list[Line]]) -> None:
    counts: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    parts = 0
    for line in make(2000, court_action=1.0, convicted=1.0):
        if is_convicted(line):
            same = tuple(
                value
                for name, value in line.items()
                if not name.startswith("SENT_") and name not in ("RECORD_ID", "COMMENT_TEXT")
            )
            counts.setdefault((line["SUBJECT_ID"], line["CNT_ORDER"]), set()).add(same)
            parts += 1
    assert {len(variants) for variants in counts.values()} == {1}
    assert parts > len(counts)


def test_an_existing_file_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    path.write_text("mine")
    with pytest.raises(CmrError, match="exists") as error:
        generate(path, lines=10, county=COUNTY, seed=1)
    assert error.value.status == 2
    assert path.read_text() == "mine"
    generate(path, lines=10, county=COUNTY, seed=1, force=True)
    assert len(path.read_text().splitlines()) == 11
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"county": "SACRAMENT"}, "the nearest: SACRAMENTO"),
        ({"lines": 0}, "at least 1"),
        ({"until": date(1960, 1, 1)}, "too early"),
    ],
)
def test_wrong_calls_say_what_is_wrong(tmp_path: Path, arguments: dict, message: str) -> None:
    with pytest.raises(CmrError, match=message) as error:
        generate(tmp_path / "extract.csv", **({"lines": 10, "county": COUNTY, "seed": 1} | arguments))
    assert error.value.status == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("setting", "message"),
    [("unknown_levl=0.1", "unknown_level"), ("padded=many", "not a number"), ("padded=2", "between 0 and 1")],
)
def test_wrong_shares_say_what_is_wrong(setting: str, message: str) -> None:
    with pytest.raises(CmrError, match=message) as error:
        Shares.parse([setting])
    assert error.value.status == 2


def test_shares_are_read_from_settings() -> None:
    assert Shares.parse(["padded=0.5", "deceased=0"]) == Shares(padded=0.5, deceased=0)
