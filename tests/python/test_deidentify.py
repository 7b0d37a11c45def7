"""`cmr deidentify`: the same decisions, and nobody left in the copy."""

import csv
import hashlib
import hmac
import io
import os
import random
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rendered
import support
from cmr import criteria, deidentify, project, warehouse
from cmr.generate import Shares, generate
from cmr.progress import StageProgress

KEY = bytes(range(32))
# Each example runs the whole SQL, in about a second; make test-long tries more.
FEW = 5 * int(os.environ.get("CMR_EXAMPLES", "2"))
FOLDER = TemporaryDirectory()
SPOOL = Path(FOLDER.name) / "records.csv"
AS_OF = "2020-07-01"


def copy(path: Path, out: Path, key: Path, *more: object) -> list[dict[str, str]]:
    done = support.cmr("deidentify", path, *more, "--key", key, "--as-of", AS_OF, "--out", out)
    assert done.returncode == 0, done.stderr
    return support.lines_of(out) if out.is_file() else []


def copied(
    rows: Iterable[Mapping[str, str]], as_of: date = date(2020, 7, 1), key: bytes = KEY
) -> list[dict[str, str]]:
    """The lines of the copy of an extract with these rows; nothing but the SQL of the copy is run."""
    con = rendered.database()
    con.execute("create table raw_extract_records (line_id bigint, text varchar)")
    for number, row in enumerate(rows):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(support.line(row))
        con.execute("insert into raw_extract_records values (?, ?)", [number, out.getvalue()[:-1]])
    deidentify.set_variables(con, key, as_of)
    con.execute(rendered.sql(deidentify.template(SPOOL)))
    found = con.execute("select * exclude (line_id) from deidentified_records order by line_id")
    names = [name for name, *_ in found.description]
    return [{n: v or "" for n, v in zip(names, row, strict=True)} for row in found.fetchall()]


def decisions(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        """
        select policy, line, rule_id, determination, reason, missing_facts, outcomes
        from fct_decisions inner join raw_line_numbers on conviction_id = line_id
        order by all
        """
    ).fetchall()


def decided(path: Path) -> list[tuple[object, ...]]:
    """Every policy's decisions on an extract."""
    with TemporaryDirectory() as name, StageProgress() as progress:
        folder = Path(name)
        (folder / "tmp").mkdir()
        with warehouse.build(
            [path],
            as_of=date(2020, 7, 1),
            county="all",
            criteria=criteria.read(None),
            folder=folder,
            progress=progress,
        ) as built:
            return decisions(built.con)


def test_every_policy_decides_the_same_on_the_sample(sample_run: Path, tmp_path: Path) -> None:
    sample = project.root() / "samples" / "doj_extract.csv"
    lines = support.lines_of(sample)
    copies = copy(sample, tmp_path / "copy.csv", tmp_path / "key")
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as con:
        assert decisions(con) == decided(tmp_path / "copy.csv")
    identifying = [
        "REQ_NAME", "PRI_NAME", "CII_NUMBER", "REQ_SSN", "PRI_SSN", "PRI_CDL", "FBI_NUMBER", "SUBJECT_ID", "OFN",
        "FE_NUM_BOOKING", "RECORD_ID", "PRI_DOB",
    ]  # fmt: skip
    for name in identifying:
        there = {row[name].strip() for row in lines} - {"", "NULL", "00000000"}
        left = {row[name].strip() for row in copies} & {value for value in there if value[4:] != "0000"}
        # A made-up date or number may be another person's by chance; the person's own never stands in its place.
        assert all(
            a[name] != b[name]
            for a, b in zip(lines, copies, strict=True)
            if a[name].strip() in there and a[name][4:] != "0000"
        ), name
        assert name == "PRI_DOB" or len(left) < 3, name
    kept = [row["name"] for row in project.seed("doj_extract_columns") if row["is_personal"] == "false"]
    changed = [name for name in kept if any(a[name] != b[name] for a, b in zip(lines, copies, strict=True))]
    assert [name for name in changed if not name.startswith("FE_NUM")] == ["RECORD_ID", "OFN"]


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_policy_decides_the_same_on_odd_extracts(tmp_path: Path, seed: int) -> None:
    shares = Shares.parse([f"{field.name}=0.2" for field in fields(Shares)])
    path = tmp_path / "odd.csv"
    counties = ["LOS ANGELES", "SAN JOAQUIN", "CONTRA COSTA", "SAN FRANCISCO"]
    generate(path, lines=3000, county="SACRAMENTO", also=counties, seed=seed, shares=shares)
    rows = support.lines_of(path)
    # Birthdays near the dates that they are compared with.
    chance = random.Random(seed)
    for row in rows:
        if chance.random() < 0.3 and row["STP_EVENT_DATE"][4:] > "0100":
            row["PRI_DOB"] = f"{int(row['STP_EVENT_DATE'][:4]) - 21}{row['STP_EVENT_DATE'][4:]}"
    births = {row["SUBJECT_ID"]: row["PRI_DOB"] for row in rows}
    for row in rows:
        row["PRI_DOB"] = births[row["SUBJECT_ID"]]
    path = support.extract(tmp_path, rows, name="odd.csv")
    copy(path, tmp_path / "copy.csv", tmp_path / "key")
    assert decided(path) == decided(tmp_path / "copy.csv")


def test_no_canary_survives(tmp_path: Path) -> None:
    personal = [row["name"] for row in project.seed("doj_extract_columns") if row["is_personal"] == "true"]
    numbers = [
        "OFN",
        "RECORD_ID",
        *(n for n in project.extract_columns() if n.startswith("FE_NUM") and "ORDER" not in n),
    ]
    canaries = {name: f"ZZCANARY{position:03}" for position, name in enumerate([*personal, *numbers])}
    canaries |= {
        "PRI_DOB": "19601231",
        "REQ_DOB": "12/25/1960",
        "PRI_SSN": "555443333",
        "PRI_CDL": "N5554443",
    }
    comment = "ZZCANARY 11358 HS-WITH JOHN ZZCANARY, DOB 12251960 SSN 555-44-3333, CALL (916) 555-1212"
    rows = [canaries, canaries | {"COMMENT_TEXT": comment, "OFFENSE_DESCR": ""}]
    # A field in quotes with a line break, and names beyond ASCII.
    rows.append({"COMMENT_TEXT": 'SEE "ZZCANARY"\nZZCAÑARY 5554443', "PRI_NAME": "ZZCAÑARY,JOSÉ"})
    path = support.extract(tmp_path, rows)
    # One key for good: with another, a number of the copy may hold the four digits of a canary by chance.
    (tmp_path / "key").write_text(KEY.hex())
    (tmp_path / "key").chmod(0o600)
    [first, second, third] = copy(path, tmp_path / "copy.csv", tmp_path / "key")
    text = (tmp_path / "copy.csv").read_text()
    for word in ["CANARY", "ZZCA", "5554", "JOHN", "JOS", "1225", "12/25", "3333", "1212", "19601231"]:
        assert word not in text, word
    assert " 11358 HS-" in second["COMMENT_TEXT"]
    assert first["PRI_NAME"] == second["PRI_NAME"] != third["PRI_NAME"]
    assert first["PRI_DOB"][:4] == "1960"
    assert first["REQ_DOB"] == "00000000"
    for written in (tmp_path / "copy.csv", tmp_path / "key"):
        assert written.stat().st_mode & 0o077 == 0


def test_the_key_decides_the_copy() -> None:
    rows = [{}, {"SUBJECT_ID": "1002", "PRI_SSN": "555443333", "COMMENT_TEXT": "WITH JANE"}]
    assert copied(rows) == copied(rows)
    other = copied(rows, key=bytes(32))
    assert all(
        a[n] != b[n]
        for a, b in zip(copied(rows), other, strict=True)
        for n in ("SUBJECT_ID", "PRI_NAME", "OFN")
    )
    # What a person is called does not depend on the file they stand in.
    assert copied(rows)[1]["SUBJECT_ID"] == copied(rows[1:])[0]["SUBJECT_ID"]


def test_the_pseudonyms_are_hmacs() -> None:
    digest = hmac.new(KEY, b"name:DOE,JANE", hashlib.sha256).hexdigest()
    letters = digest[:12].translate(str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP"))
    assert copied([{}])[0]["PRI_NAME"] == f"PERSON,{letters}"


@pytest.mark.long
def test_several_files_and_lines_that_cannot_be_read(tmp_path: Path) -> None:
    first = support.extract(tmp_path, [{}, {"SUBJECT_ID": ""}], name="first.csv")
    second = support.extract(tmp_path, [{"OFN": "C-2"}], name="second.csv", header=False)
    second.write_text(second.read_text() + "ZZCANARY,short\n")
    out, key = tmp_path / "copies", tmp_path / "key"
    done = support.cmr("deidentify", first, second, "--key", key, "--as-of", AS_OF, "--out", out)
    assert done.returncode == 3, done.stderr
    assert "second.csv: 1 lines cannot be read and are not copied" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == ["deidentified_1.csv", "deidentified_2.csv"]
    [one, _] = support.lines_of(out / "deidentified_1.csv")
    [other] = csv.reader((out / "deidentified_2.csv").open())
    assert one["PRI_NAME"] == other[project.extract_columns().index("PRI_NAME")]
    assert "ZZCANARY" not in (out / "deidentified_2.csv").read_text() + done.stdout + done.stderr


def test_wrong_keys_and_outputs(tmp_path: Path) -> None:
    path, key, out = support.extract(tmp_path), tmp_path / "key", tmp_path / "out"
    key.write_text("password")
    key.chmod(0o644)
    for where, to, word in [
        (key, out, "others can read it"),
        (out / "key", out, "the folder to be shared"),
        (key, path, "a file"),
    ]:
        done = support.cmr("deidentify", path, "--key", where, "--as-of", AS_OF, "--out", to)
        assert (done.returncode, word in done.stderr) == (2, True), done.stderr
    key.chmod(0o600)
    done = support.cmr("deidentify", path, "--key", key, "--as-of", AS_OF, "--out", out)
    assert (done.returncode, "no key" in done.stderr) == (2, True)
    assert not out.exists()


# Comments

WORDS = [
    "CHRG", "SCN", "ATT", "ATTEMPT", "CONSP", "ACCESSORY", "HS", "PC", "H&S", "VC", "US", "OF", "SMITH", "JO", "MAYHEM",
    "COMMIT", "POSS", "11357", "11358", "11359", "11360", "11357.5", "187", "664", "182", "32", "290", "288", "653F",
    "555443333", "12", "(A)", "(b)", "(1)", "/", "-", " ", " ", ".", ",", "\n", "Ñ", "A", "2",
]  # fmt: skip
COMMENTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=9).map("".join), st.text(max_size=30))
# What a decision, a count or a court file takes from a charge.
READ = [
    "is_prop64", "prop64_section", "is_related_charge", "superstrike", "pc290", "is_registration_statute",
    "is_gang_enhancement", "is_gang_pair", "is_potentially_related", "depends_on",
]  # fmt: skip


@pytest.mark.long
@settings(max_examples=FEW, deadline=None)
# NUL bytes and carriage returns are blanks to all that comes after the reading.
@given(texts=st.lists(COMMENTS.filter(lambda text: not {"\0", "\r"} & set(text)), min_size=1, max_size=60))
@example(
    texts=[
        "SMITH 11358 HS",
        "BA11357",
        "220 PC-ASSAULT COMMIT MAYHEM",
        " 290 REGISTRANT 5551234",
        "182/11359 HS",
    ]
)
def test_a_comment_is_read_as_before(texts: list[str]) -> None:
    con = rendered.database()
    pairs = [
        (text, row["COMMENT_TEXT"])
        for text, row in zip(texts, copied([{"COMMENT_TEXT": text} for text in texts]), strict=True)
        if text
    ]
    found = rendered.classify(con, [text for pair in pairs for text in pair])
    other_charge = rendered.sql("{{ possible_other_p64_charge('offense', 'comment') }}")
    asked = [(offense, *pair) for offense in ("187 PC", "11357(B) HS", "11357 HS") for pair in pairs]
    con.execute("create table asked (offense varchar, text varchar, replacement varchar)")
    if asked:
        con.executemany("insert into asked values (?, ?, ?)", asked)
    answers = [
        f"(select offense, text, {other_charge} is null from (select *, {column} as comment from asked))"
        for column in ("text", "replacement")
    ]
    assert con.execute(f"{answers[0]} except {answers[1]}").fetchall() == []
    for text, replacement in pairs:
        for name in READ:
            assert found[text][name] == found[replacement][name], (name, text, replacement)
        # As written, whatever a list may hold of it.
        if any(found[text][name] not in (False, None, "no") for name in READ):
            assert found[text]["statute_as_written"] == found[replacement]["statute_as_written"]
        assert text.lstrip(" ").startswith("290") == replacement.lstrip(" ").startswith("290")


# Dates of birth

DATES = st.dates(date(1930, 1, 1), date(2000, 12, 31))


def years_later(day: date, years: int) -> date:
    """The same day some years later, 1 March for a 29 February that is not there (spec: prop64 rules)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@settings(max_examples=FEW, deadline=None)
@given(
    born=DATES | st.just(date(1980, 2, 29)),
    events=st.lists(st.tuples(st.integers(-3, 3), st.integers(20, 22)), max_size=5),
    as_of=st.dates(date(2016, 1, 1), date(2026, 12, 31)) | st.just(date(2020, 2, 29)),
)
@example(born=date(1980, 2, 29), events=[(0, 21), (1, 21)], as_of=date(2020, 2, 29))
def test_a_date_of_birth_moves_across_no_comparison(
    born: date, events: list[tuple[int, int]], as_of: date
) -> None:
    days = [date.fromordinal(years_later(born, years).toordinal() + shift) for shift, years in events]
    rows = [
        {"PRI_DOB": born.strftime("%Y%m%d"), "STP_EVENT_DATE": f"{day:%Y%m%d}"} for day in days or [as_of]
    ]
    moved = {row["PRI_DOB"] for row in copied(rows, as_of)}
    assert len(moved) == 1
    text = moved.pop()
    other = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    for years in range(0, 100):
        assert (years_later(born, years) <= as_of) == (years_later(other, years) <= as_of)
    for day in days:
        assert (years_later(born, 21) > day) == (years_later(other, 21) > day)
    # A birthday has its own side of the as-of date to itself where that is the first or the last of a year.
    if not days and 2 < as_of.timetuple().tm_yday < 363:
        assert other != born


def test_dates_of_birth_that_are_unknown_stay_so() -> None:
    texts = ["", "00000000", "19700000", "19700230", "1970-01-02", "JUNE 3 1970"]
    assert [row["PRI_DOB"] for row in copied([{"PRI_DOB": text} for text in texts])] == [
        "", "00000000", "19700000", "00000000", "00000000", "00000000",
    ]  # fmt: skip
