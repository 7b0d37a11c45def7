"""Input that somebody made to do harm, or that nobody thought of: it is text, and stays text."""

import csv
import io
import os
import re
import resource
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rendered
import support
from cmr import project
from cmr.errors import WrongCall
from cmr.sources.ca_doj_extract import inspection, preparation

# make test-long tries more.
MANY = settings(max_examples=20 * int(os.environ.get("CMR_EXAMPLES", "2")), deadline=None)

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "\t=1"]
MARKUP = "<script>alert(1)</script>#panic()$x$*_`\\"


def test_hostile_values_stay_text(tmp_path: Path) -> None:
    """Names that are formulas, markup, SQL, paths; control characters; a field of 10 MB; a file of an odd name."""
    folder = tmp_path / "a 'b' \"c\" [d]*"
    folder.mkdir()
    sql = "'); drop table stg_ca_doj__lines; --"
    rows = [
        {"SUBJECT_ID": f"={n}", "OFN": formula, "PRI_NAME": formula} for n, formula in enumerate(FORMULAS)
    ]
    rows += [
        {"SUBJECT_ID": "1", "PRI_NAME": MARKUP, "OFN": MARKUP, "OFFENSE_DESCR": f"11359 HS-{MARKUP}"},
        {"SUBJECT_ID": "2", "PRI_NAME": sql, "OFN": "../../../etc/passwd", "COMMENT_TEXT": sql},
        {"SUBJECT_ID": "3", "STP_ORI_CNTY_NAME": "../../../escaped"},
        {"SUBJECT_ID": "4", "PRI_NAME": "BELL\x07ESC\x1b[31m\x0b\x0c\x7f\u202e"},
        {"SUBJECT_ID": "5", "PRI_NAME": "N\0L"},
        {"SUBJECT_ID": "6", "COMMENT_TEXT": "X" * 10_000_000},
    ]
    # What no reviewer has to see has no line in Needs_Review.csv: a missing level does.
    for row in rows:
        row |= {"CONV_STAT_DESCR": "OTHER", "OFFENSE_TOC": ""}
    path = support.extract(folder, rows, name="=x 'y' \"z\" .. $(id);.csv")
    stated = tmp_path / "criteria.json"
    stated.write_text('{"baselineEligibility": {"dismiss": []}}')
    out = tmp_path / "out '..' dir"
    done = support.run(path, out, "--criteria", stated, county="all")
    assert done.returncode == 3, done.stderr
    assert {item.name for item in out.iterdir() if item.is_dir()} == {"SACRAMENTO"}
    assert not list(tmp_path.rglob("*escaped*"))
    county = out / "SACRAMENTO"
    # What courts load carries every value as it came, but for bytes that no reader takes.
    kept = support.lines_of(out / "All_Results.csv")
    assert len(kept) == len(rows) - 1
    for row, line in zip(rows[:-1], kept, strict=True):
        assert {name: line[name] for name in row} == {
            name: value.replace("\0", " ") for name, value in row.items()
        }
    [aside] = support.lines_of(out / "Set_Aside.csv")
    assert (aside["line"], aside["cause"]) == (str(len(rows) + 1), "longer than 2 million bytes")
    assert aside["file"] == f"'{path.name}"
    # What people open in a spreadsheet holds no formula.
    review = support.lines_of(county / "Needs_Review.csv")
    assert len(review) == len(rows) - 2
    for line in [*review, aside]:
        for name, value in line.items():
            assert value[:1] not in ("=", "+", "@", "\t", "\r") and (value[:1] != "-" or value == "-"), name
    for page in out.rglob("*.html"):
        assert "<script>alert(1)" not in page.read_text(), page


@pytest.mark.parametrize(
    "words",
    [["explain", "1", "--run"], ["compare", "pilot_sacramento"], ["docs", "--out"]],
    ids=lambda words: words[0],
)
def test_a_path_that_is_too_long_ends_in_a_message(words: list[str]) -> None:
    done = support.cmr(*words, "x" * 300)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cmr: a path or name in the call is longer than the system allows\n"


def test_nothing_of_a_file_is_obeyed_by_the_terminal_that_a_check_prints_to(tmp_path: Path) -> None:
    """Names of files and texts of offenses, with a terminal's own commands and those of the library that prints."""
    hostile = "[red]a\x1b[31m\x9b\u202e"
    path = support.extract(tmp_path, [{"OFFENSE_DESCR": f"{hostile}[/red]"}], name=f"{hostile}.csv")
    done = support.cmr("check", path, tmp_path / f"{hostile}_2.csv", COLUMNS="200")
    assert done.returncode == 2, done.stderr
    shown = "[red]a\ufffd[31m\ufffd\ufffd"
    # the file's bytes, its refused neighbour, the files of the report, its caption; the text of the offense
    assert done.stdout.count(f"{shown}.csv") == 3
    assert done.stdout.count(f"{shown}_2.csv: no such file") == 1
    assert done.stdout.count(f"│ {shown}[/red] ") == 1
    assert all(letter.isprintable() or letter == "\n" for letter in done.stdout)


def test_a_deep_or_huge_criteria_file_ends_in_a_message(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    for content in [
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 100_000,
        '{"baselineEligibility": ' + "[" * 900 + "]" * 900 + "}",
    ]:
        bomb = tmp_path / "bomb.json"
        bomb.write_text(content)
        done = support.run(path, tmp_path / "out", "--criteria", bomb)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr[-300:]
        assert len(done.stderr) < 1000


@pytest.mark.long
def test_a_person_with_a_million_lines(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    row = support.text([support.line({"SUBJECT_ID": "1", "CNT_ORDER": "ORDER", "OFN": "CASE"})], header=False)
    with path.open("w") as file:
        file.write(support.text([]))
        for number in range(1_000_000):
            event = f"{number // 1000 % 999:03}{number % 1000:03}"
            file.write(
                row.replace("ORDER", f"{event}{number // 999_000:03}000").replace("CASE", str(number % 5000))
            )
    began = time.perf_counter()
    done = support.run(path, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"{time.perf_counter() - began:.0f} s, {memory:.1f} GB")
    assert memory < 6


# The reader

GOOD = support.text([support.line()], header=False).encode()
PIECES = st.sampled_from(
    [
        GOOD,
        GOOD.strip(),
        b"\n",
        b"\r\n",
        b"\r",
        b'"',
        b'""',
        b",",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
    ]
)


@MANY
@given(pieces=st.lists(PIECES | st.binary(max_size=20), max_size=20), at_start=st.booleans())
@example(pieces=[b"\r"], at_start=True)
@example(pieces=[b"\xef\xbb\xbf"], at_start=False)
def test_any_bytes_are_inspected_or_refused(pieces: list[bytes], at_start: bool) -> None:
    content = b"".join(pieces)
    content = content + GOOD if at_start else GOOD + content
    with TemporaryDirectory() as name:
        path = Path(name) / "x.csv"
        path.write_bytes(content)
        try:
            extract = inspection.inspect_file(path, "x.csv")
        except WrongCall as refused:
            assert str(path) in refused.message
            return
        assert extract.size == len(content)
        reading = preparation.prepared(extract, Path(name))
        read = Path(reading["path"]).read_bytes()
        if extract.needs_copy:
            assert b"\r" not in read and b"\0" not in read
            assert read.count(b"\n") + (not read.endswith(b"\n")) == extract.lines


FOLDER = TemporaryDirectory()
SPOOL = Path(FOLDER.name) / "records.csv"
FIELD = st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)


def read_records(con: duckdb.DuckDBPyConnection, texts: list[str]) -> list[list[str | None] | None]:
    """The fields of each text that is a record, by the macros that the raw layer uses."""
    is_record = rendered.sql("{{ is_record('t') }}")
    answers = con.execute(f"select {is_record} from (select unnest(?::varchar[]) as t)", [texts]).fetchall()
    records = [text for text, (answer,) in zip(texts, answers, strict=True) if answer]
    SPOOL.write_text("".join(f"{record}\n" for record in records), newline="")
    columns = project.extract_columns()
    template = f"from {{{{ read_records({str(SPOOL)!r}, 'utf-8', {columns!r}) }}}}"
    fields = iter(con.execute(rendered.sql(template)).fetchall())
    return [list(next(fields)) if answer else None for (answer,) in answers]


@MANY
@given(rows=st.lists(st.lists(st.tuples(st.integers(0, 94), FIELD), max_size=6), min_size=1, max_size=30))
def test_a_record_is_read_as_it_was_written(rows: list[list[tuple[int, str]]]) -> None:
    written = []
    for changes in rows:
        fields = support.line()
        for position, value in changes:
            fields[position] = value
        written.append(fields)
    texts = []
    for fields in written:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(fields)
        texts.append(out.getvalue()[:-1])
    with duckdb.connect(config=project.OFFLINE) as con:
        assert [[value or "" for value in found or []] for found in read_records(con, texts)] == written


@MANY
@given(
    texts=st.lists(
        st.lists(st.sampled_from(['"', '""', ",", "a", " ", "\n"]), max_size=30).map("".join), min_size=1
    )
)
@example(texts=[',, "'])
def test_what_is_no_record_is_never_taken_for_one(texts: list[str]) -> None:
    whole = support.text([support.line()], header=False).strip()
    texts = [text + whole[len(text) :] for text in texts] + [whole + text for text in texts]
    with duckdb.connect(config=project.OFFLINE) as con:
        for text, found in zip(texts, read_records(con, texts), strict=True):
            if found is not None:
                [fields] = csv.reader(io.StringIO(text, newline=""), strict=True)
                assert [value or "" for value in found] == fields


@MANY
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, 700), st.integers(0, 12), st.text(alphabet='"",, a\t\x0b\x01\u00a0', max_size=8)
        ),
        min_size=1,
        max_size=4,
    )
)
@example(changes=[(0, 0, ' "')])
@example(changes=[(700, 0, ",")])
@example(changes=[(700, 0, ',""')])
@example(changes=[(700, 0, ", ")])
def test_a_line_that_the_reader_reads_as_one_row_is_a_record(changes: list[tuple[int, int, str]]) -> None:
    """So a run need not look at each line by itself (macro line_is_record)."""
    text = support.text([support.line({"PRI_NAME": "DOE,J"})], header=False).strip()
    for position, length, piece in changes:
        text = text[:position] + piece + text[position + length :]
    SPOOL.write_text(f"{text}\n", newline="")
    with duckdb.connect(config=project.OFFLINE) as con:
        may_be_misread, is_record = (
            rendered.sql(f"{{{{ {macro}('t') }}}}") for macro in ("may_be_misread", "is_record")
        )
        query = f"select not {may_be_misread} and not {is_record} from (select ?::varchar as t)"
        [(is_left_to_the_reader,)] = con.execute(query, [text]).fetchall()
        if is_left_to_the_reader:
            read = f"from {{{{ read_records({str(SPOOL)!r}, 'utf-8', {project.extract_columns()!r}) }}}}"
            with suppress(duckdb.InvalidInputException):
                assert len(con.execute(rendered.sql(read)).fetchall()) != 1, text


def test_quotes_in_the_midst_of_fields_hide_no_line_break() -> None:
    """Two short lines that only stray quotes seem to join are no record (the reader takes them for two rows)."""
    fields = support.line()
    fields[50] = 'AB"C\nD"E'
    with duckdb.connect(config=project.OFFLINE) as con:
        assert read_records(con, [",".join(fields)]) == [None]


# The classification

PARTS = [
    "11357", "11358", "11359", "11360", "11357.5", "111357", "187", "288", "664", "182", "32", "653F", "(A)", "(c)(2)",
    "HS", "PC", "H&S", "H.S.", "VC", "/", "-", " ", ".", ",", "(", ")", "A", "0", "ATT", "CONSP", "\n", "\t", "\u00c9",
    "\u017f", "\u212a",
]  # fmt: skip
CHARGES = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(PARTS),
        max_size=8,
    ).map("".join),
).filter(lambda text: "\0" not in text)


@MANY
@given(texts=st.lists(CHARGES, min_size=1, max_size=60))
def test_any_text_is_classified_or_left_alone(texts: list[str]) -> None:
    assert_classified(texts)


def test_long_texts_are_classified_at_once() -> None:
    long = ["11357" * 2000, "(" * 5000, "664/" * 3000 + "187 PC", "9" * 10_000, "1" + " " * 20_000 + "HS"]
    began = time.perf_counter()
    assert_classified(long)
    assert time.perf_counter() - began < 30


def without_white_space(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060\ufeff]", "", text)


def assert_classified(texts: list[str]) -> None:
    con = rendered.database()
    found = rendered.classify(con, texts)
    assert found.keys() == set(texts)
    for text, offense in found.items():
        # White space within it is shown as a blank.
        assert without_white_space(str(offense["statute_as_written"])) in without_white_space(text)
        if offense["is_prop64"]:
            assert str(offense["prop64_section"]) in ("11357", "11358", "11359", "11360")
            assert str(offense["prop64_section"]) in text.replace(" ", "")
            assert (
                offense["code"] in ("HS", None)
                and not offense["is_conspiracy"]
                and not offense["is_accessory"]
            )
        if offense["reading"] != "certain":
            assert (offense["superstrike"], offense["pc290"], offense["is_related_charge"]) == (
                "depends",
                "depends",
                False,
            )
    # Case and blanks around it don't matter.
    plain = [text for text in found if text.isascii()]
    lists = [
        "prop64_section",
        "superstrike",
        "pc290",
        "is_related_charge",
        "is_attempt",
        "section",
        "subdivision",
        "code",
    ]
    for variant in (str.lower, str.upper, lambda text: f"  {text} "):
        again = rendered.classify(con, [variant(text) for text in plain])
        for text in plain:
            assert [found[text][name] for name in lists] == [again[variant(text)][name] for name in lists], (
                text
            )
