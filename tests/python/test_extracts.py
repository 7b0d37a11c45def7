"""What is found out about an extract file before anything is built."""

import gzip
import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

import support
from cmr import project
from cmr.errors import WRONG_CALL, CmrError, WrongCall
from cmr.sources.ca_doj_extract import inspection, pieces, preparation, scan

ROWS = [{"PRI_NAME": "DOE,JANE"}, {"PRI_NAME": "DOE,JOHN"}]


def inspect(path: Path) -> inspection.Extract:
    [extract] = inspection.inspect([path])
    return extract


def refusal(*paths: Path) -> str:
    with pytest.raises(WrongCall) as caught:
        inspection.inspect(list(paths))
    assert caught.value.status == WRONG_CALL
    assert "DOE" not in caught.value.message
    return caught.value.message


def test_a_plain_extract(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    found = inspect(path)
    assert (found.name, found.lines, found.data_lines, found.has_header) == ("extract.csv", 3, 2, True)
    assert (found.encoding, found.line_ending, found.ends_with_newline) == ("utf-8", "LF", True)
    assert (found.size, found.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    assert found.remarks == []
    assert preparation.prepared(found, tmp_path) == {
        "path": str(path),
        "name": "extract.csv",
        "encoding": "utf-8",
    }


def test_no_header(tmp_path: Path) -> None:
    found = inspect(support.extract(tmp_path, ROWS, header=False))
    assert (found.has_header, found.lines, found.data_lines) == (False, 2, 2)


def test_a_header_may_end_in_a_comma(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    path.write_text(path.read_text().replace("END_OF_REC\n", "END_OF_REC,\n"))
    assert inspect(path).has_header


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("cut", [0, 1])
def test_lines_are_counted_with_and_without_a_last_line_end(tmp_path: Path, newline: str, cut: int) -> None:
    path = support.extract(tmp_path, ROWS, newline=newline)
    path.write_bytes(path.read_bytes()[: -cut * len(newline) or None])
    found = inspect(path)
    assert (found.lines, found.ends_with_newline) == (3, not cut)
    assert found.line_ending == {"\n": "LF", "\r\n": "CRLF"}[newline]


def test_byte_order_mark(tmp_path: Path) -> None:
    found = inspect(support.extract(tmp_path, ROWS, encoding="utf-8-sig"))
    assert (found.byte_order_mark, found.has_header, found.encoding) == (True, True, "utf-8")


@pytest.mark.parametrize(("encoding", "found"), [("utf-8", "utf-8"), ("latin-1", "latin-1")])
def test_names_beyond_ascii(tmp_path: Path, encoding: str, found: str) -> None:
    extract = inspect(support.extract(tmp_path, [{"PRI_NAME": "PEÑA,JOSÉ"}], encoding=encoding))
    assert (extract.encoding, extract.mixed_encoding, extract.needs_copy) == (found, False, False)


def test_the_encoding_is_judged_by_the_whole_file(tmp_path: Path) -> None:
    ascii_rows = [{}] * 100_000  # several chunks long
    path = support.extract(tmp_path, [*ascii_rows, {"PRI_NAME": "PEÑA,JOSÉ"}], encoding="latin-1")
    assert path.stat().st_size > 2 * pieces.CHUNK
    found = inspect(path)
    assert (found.encoding, found.lines) == ("latin-1", 100_002)


def test_utf8_and_other_bytes_side_by_side(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"PRI_NAME": "PEÑA"}])
    path.write_bytes(
        path.read_bytes() + ",".join(support.line({"PRI_NAME": "PEÑA"})).encode("latin-1") + b"\n"
    )
    found = inspect(path)
    assert (found.encoding, found.mixed_encoding) == ("utf-8", True)
    assert "not UTF-8" in found.remarks[0]


def test_a_character_across_two_pieces_is_whole(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    start = path.read_bytes()
    filling = scan.PIECE - len(start) % scan.PIECE - 1
    path.write_bytes(start + b"x" * filling + "É".encode() + b"\n")
    found = inspect(path)
    assert (found.encoding, found.mixed_encoding) == ("utf-8", False)


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (b"A\r\nB\nC\n", "utf-8", b"A\nB\nC\n"),
        (b"A\rB\rC\r", "utf-8", b"A\nB\nC\n"),
        (b"A\0A\nB\n", "utf-8", b"A A\nB\n"),
        (b"A\rA\nB\n", "utf-8", b"A A\nB\n"),
        (b"O\x92NEIL \xd1 \x81\n", "latin-1", "O\u2019NEIL Ñ \u0081\n".encode()),
    ],
)
def test_what_duckdb_cannot_read_is_read_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, encoding: str, expected: bytes
) -> None:
    monkeypatch.setattr(scan, "first_lines", lambda path, chunk: (False, Counter()))
    path = tmp_path / "extract.csv"
    path.write_bytes(content)
    found = inspect(path)
    assert (found.encoding, found.needs_copy) == (encoding, True)
    copy = preparation.prepared(found, tmp_path)
    assert (copy["name"], copy["encoding"]) == ("extract.csv", "utf-8")
    assert Path(copy["path"]).read_bytes() == expected
    assert expected.count(b"\n") == found.lines


def test_mixed_line_ends_are_counted_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = support.extract(tmp_path, ROWS * 5, newline="\r\n")
    whole = inspect(path)
    for size in (7, 64, 500):
        monkeypatch.setattr(pieces, "CHUNK", size)
        monkeypatch.setattr(scan, "first_lines", lambda path, chunk: (False, Counter()))
        in_pieces = inspect(path)
        assert (in_pieces.lines, in_pieces.line_ending) == (whole.lines, "CRLF")
        assert in_pieces.sha256 == whole.sha256


def test_missing_empty_folder(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "extract.csv")
    (tmp_path / "empty.csv").touch()
    assert "empty" in refusal(tmp_path / "empty.csv")
    assert "a folder" in refusal(tmp_path)


def test_header_or_blank_lines_alone(tmp_path: Path) -> None:
    assert "no data lines" in refusal(support.extract(tmp_path, []))
    (tmp_path / "blank.csv").write_text("\n\n\n")
    assert "blank" in refusal(tmp_path / "blank.csv")


def test_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    content = support.text([support.line()])
    for data, what in [
        (gzip.compress(content.encode()), "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PAR1" + bytes(50), "Parquet"),
        (content.encode("utf-16"), "UTF-16"),
        (content.encode("utf-16-le"), "UTF-16"),
        (b'[{"SUBJECT_ID": 1}]\n', "JSON"),
        (b"<?xml version='1.0'?>\n<rows/>\n", "XML"),
        (b"a,b,c\n1,2,3\n", "have 3 comma-separated fields, expected 95"),
        (content.replace(",", "\t").encode(), "have 1 comma-separated fields"),
    ]:
        path.write_bytes(data)
        assert what in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    assert "Excel" in refusal(path)


@pytest.mark.parametrize("fields", [94, 96])
def test_lines_of_another_length(tmp_path: Path, fields: int) -> None:
    row = [*support.line(), "more"][:fields]
    wrong = support.text([row], header=False)
    (tmp_path / "all.csv").write_text(wrong * 100)
    assert f"have {fields} comma-separated fields, expected 95" in refusal(tmp_path / "all.csv")
    path = support.extract(tmp_path)
    path.write_text(path.read_text() + wrong)
    assert inspect(path).remarks == ["1 of the first 50 lines don't have 95 fields"]


def test_a_quote_that_is_not_closed_is_remarked_on(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    path.write_text(path.read_text().replace('"DOE,JOHN"', '"DOE,JOHN'))
    assert "an odd number of quotation marks" in inspect(path).remarks[0]


def test_header_in_another_order(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    content = path.read_text()
    path.write_text(content.replace("SUBJECT_ID,REQ_SEG_SEP", "REQ_SEG_SEP,SUBJECT_ID", 1))
    assert refusal(path).endswith(
        "line 1: header column 3 must be SUBJECT_ID; found REQ_SEG_SEP, which belongs in column 4"
    )
    path.write_text(content.replace("SUBJECT_ID,", "", 1))
    assert "column 3 must be SUBJECT_ID; found REQ_SEG_SEP" in refusal(path)
    path.write_text(content.replace(",OFFENSE_DESCR", ",OFFENSE_TEXT", 1))
    assert refusal(path).endswith("header column 55 must be OFFENSE_DESCR; found OFFENSE_TEXT")
    path.write_text(content.replace("END_OF_REC\n", "END_OF_REC,MORE\n", 1))
    assert refusal(path).endswith("the header has 96 columns, expected 95")
    path.write_text(content.replace("RECORD_ID", "record_id", 1))
    assert refusal(path).endswith("header column 1 must be RECORD_ID; found record_id")


def test_the_same_file_twice(tmp_path: Path) -> None:
    first = support.extract(tmp_path, ROWS, name="a.csv")
    second = support.extract(tmp_path, ROWS, name="b.csv")
    assert refusal(first, first).endswith("given twice")
    assert refusal(first, second) == f"{second}: the same file as {first}; give it once"


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / "2019" / "a.csv", tmp_path / "2020" / "a.csv", tmp_path / "b.csv"]
    assert inspection.distinct_names(paths) == ["2019/a.csv", "2020/a.csv", "b.csv"]


def test_a_file_that_changes_during_the_run(tmp_path: Path) -> None:
    path = support.extract(tmp_path, ROWS)
    found = inspect(path)
    found.check_unchanged()
    path.write_text(path.read_text() + "\n")
    with pytest.raises(CmrError, match="changed during the run"):
        found.check_unchanged()


def test_the_columns_are_the_95_of_the_doj() -> None:
    columns = project.extract_columns()
    assert (len(columns), columns[0], columns[-1]) == (95, "RECORD_ID", "END_OF_REC")


def test_check_says_what_is_wrong_with_each_file(tmp_path: Path) -> None:
    good = support.extract(tmp_path, ROWS, name="good.csv")
    odd = support.extract(tmp_path, ROWS, name="odd.csv")
    odd.write_text(odd.read_text().removesuffix("\n"))
    done = support.cmr("check", good)
    assert (done.returncode, "1 in order" in done.stdout) == (0, True), done.stderr
    assert "--as-of not given: ages and years are counted to today" in done.stderr
    assert "policy county_criteria, all counties" in done.stdout
    done = support.cmr("check", good, odd, "--as-of", "2020-07-01")
    assert (done.returncode, "no line end" in done.stdout) == (3, True), done.stderr
    assert "--as-of" not in done.stderr
    nobodys = support.extract(tmp_path, [*ROWS, {"SUBJECT_ID": ""}], name="nobodys.csv")
    done = support.cmr("check", nobodys)
    assert (done.returncode, "SUBJECT_ID is blank" in done.stdout) == (3, True), done.stderr


@pytest.mark.parametrize(("birth", "status"), [("19600314", 0), ("00000000", 3)])
def test_check_tells_by_its_status_that_a_decision_could_change(
    tmp_path: Path, birth: str, status: int
) -> None:
    criteria = tmp_path / "criteria.json"
    criteria.write_text(json.dumps(support.UNDER_21))
    path = support.extract(tmp_path, [{"PRI_DOB": birth}])
    done = support.cmr("check", path, "--as-of", "2020-07-01", "--criteria", criteria)
    assert (done.returncode, "1 in order" in done.stdout) == (status, True), done.stderr


def test_check_names_every_file_that_a_run_would_refuse(tmp_path: Path) -> None:
    good = support.extract(tmp_path, ROWS, name="good.csv")
    again = support.extract(tmp_path, ROWS, name="again.csv")
    once_more = support.extract(tmp_path, ROWS, name="once_more.csv")
    refused = [again, tmp_path / "none.csv", once_more]
    messages = [f"{path}: the same file as {good}; give it once" for path in refused]
    messages[1] = f"{refused[1]}: no such file"
    done = support.cmr("check", good, *refused)
    assert done.returncode == 2, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("Refused")] == [
        f"Refused: {words}" for words in messages
    ]
    assert "1 in order, 0 readable with remarks, 3 refused" in lines
    # The rest is read, each line of it once.
    assert any(line.startswith("Extracts: good.csv. Decisions: ") for line in lines)
    assert "line that repeats another (ALL)" in " ".join(lines).partition("not found: ")[2]
    # With nothing to read, nothing is built.
    done = support.cmr("check", tmp_path / "none.csv")
    assert (done.returncode, "Building" in done.stderr) == (2, False), done.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--county", "Nowhere", "no county of California has this name"),
        ("--as-of", "01/07/2020", "not a date"),
        ("--criteria", "pilot_nowhere", "no policy has this name"),
    ],
)
def test_check_takes_the_options_of_a_run(tmp_path: Path, option: str, value: str, message: str) -> None:
    done = support.cmr("check", support.extract(tmp_path), option, value)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert done.stdout == ""
