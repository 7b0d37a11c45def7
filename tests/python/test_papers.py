"""Court papers, notices, and Court_Updates.csv: complete, for odd data too, and the same bytes for the same run."""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pytest

import support
from cmr import project
from cmr.errors import WrongCall
from cmr.papers import settings

SETTINGS = """
county = "Sacramento"
[prosecutor]
name = "Ana #1 O'Neil $x$ <b>"
address = ["901 G Street", "Sacramento, CA 95814", "中心"]
[court]
judge = "Hon. Pat Example"
[court.names]
"CASCSACRAMENTO" = "Main Courthouse"
[help]
name = "Public Defender"
"""
CRITERIA = {"baselineEligibility": {"dismiss": ["11357", "11358", "11359"], "reduce": ["11360"]}}
ODD_NAMES = {
    "21": 'O\'NEIL,"JO" <script>alert(1)</script>',
    "22": "PEÑA-ÅNGSTRÖM,JOSÉ",
    "23": "#set text(red) $x^2$ *A* @b \\u{41}",
    "24": "X" * 80,
}
# Names as the papers show them: letters that the font has, and code points of those that it lacks.
LETTERS = {
    "31": ("ΠΑΠΑΔΌΠΟΥΛΟΣ,ΓΙΏΡΓΟΣ", "ΠΑΠΑΔΌΠΟΥΛΟΣ, ΓΙΏΡΓΟΣ"),
    "32": ("ЩЕРБАКОВ,Їжак Ђорђе", "ЩЕРБАКОВ, Їжак Ђорђе"),
    "33": ("NGUYỄN,Thị Ngọc Ưỡn", "NGUYỄN, Thị Ngọc Ưỡn"),
    "34": ("WAŁĘSA,Şükrü Ðør", "WAŁĘSA, Şükrü Ðør"),
    "35": ("王小明,陳", "[U+738B][U+5C0F][U+660E], [U+9673]"),
    "36": ("DOE\x9d\x07,J\tX\x7f", "DOE[U+009D][U+0007], J X[U+007F]"),
    "37": ("\uff26\uff35\uff2c\uff2c,สม😀", "[U+FF26][U+FF35][U+FF2C][U+FF2C], [U+0E2A][U+0E21][U+1F600]"),
    "38": ("\ue000\u0378,Y\ufeff\u202eX\u200bZ", "[U+E000][U+0378], Y[U+FEFF][U+202E]X[U+200B]Z"),
    "39": ("JOSE\u0301,X\u0302\u0323", "JOSÉ, X\u0302\u0323"),
}


def person(subject: str, number: str = "", **fields: str) -> dict[str, str]:
    name = f"PERSON{subject},TEST"
    return {"SUBJECT_ID": subject, "CII_NUMBER": f"A{subject}", "PRI_NAME": name, "OFN": number} | fields


ROWS = [
    person("1", "SHARED-1"),
    person("2", "SHARED-1", OFFENSE_DESCR="11360(A) HS-SELL"),
    person("1", "OTHER-1", CNT_ORDER="002001001000", SENT_LENGTH="90", SENT_TIME_CODE="Y"),
    *(person("3", "BIG/40", CNT_ORDER=f"001001{count:03}000") for count in range(1, 41)),
    *(person(subject, f"N-{subject}", PRI_NAME=name) for subject, name in ODD_NAMES.items()),
    *(person(subject, f"N-{subject}", PRI_NAME=name) for subject, (name, _) in LETTERS.items()),
    person("30", "案件-1", STP_ORI_DESCR="法院", RACE_DESCR="華"),
    person("4", ""),
    person("4", "NULL ", CNT_ORDER="002001001000", SENT_TIME_CODE="", STP_EVENT_DATE="20010000"),
    person("5", "../../etc/passwd"),
    person("6", 'A/"B'),
    person("7", "A B"),
    person("8", "a_b", STP_ORI_DESCR=""),
    person("9", "FIRST"),
    person("9", "SECOND"),
    person("12", "ONE; NUMBER"),
    person("10", "DEAD", CNT_ORDER="001001001000", PRI_DOB=""),
    person("10", STP_TYPE_DESCR="DECEASED", DISP_DESCR="", CNT_ORDER="009001001000", PRI_DOB=""),
    person("11", "BURGLARY", OFFENSE_DESCR="459 PC-BURGLARY"),
]


@dataclass(frozen=True)
class Run:
    """A run with papers and notices, and what its papers say by file name."""

    folder: Path
    motions: dict[str, str]
    notices: dict[str, str]


def words(path: Path) -> str:
    """The text of a PDF in one line; a name's soft places to break are left out."""
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return " ".join(text.replace("\u200b", "").replace("\u2019", "'").split())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    base = tmp_path_factory.mktemp("papers")
    (base / "county.toml").write_text(SETTINGS)
    (base / "criteria.json").write_text(json.dumps(CRITERIA))
    options = ["--papers", "cases", "--notices", "--settings", base / "county.toml"]
    options += ["--criteria", base / "criteria.json"]
    done = support.run(support.extract(base, ROWS), base / "out", *options)
    assert done.returncode == 0, done.stderr
    papers = {
        folder: {path.name: words(path) for path in (base / "out" / folder).glob("*.pdf")}
        for folder in ("Court_Papers", "Notices")
    }
    return Run(base / "out", papers["Court_Papers"], papers["Notices"])


def index(folder: Path) -> dict[str, dict[str, str]]:
    return {row["file"]: row for row in support.lines_of(folder / "index.csv")}


def motion_for(made: Run, number: str) -> str:
    [file] = [
        name for name, row in index(made.folder / "Court_Papers").items() if row["case_number"] == number
    ]
    return made.motions[file]


# Motions and orders


def test_each_case_has_a_paper_and_a_line_in_the_index(made: Run) -> None:
    cases = index(made.folder / "Court_Papers")
    assert set(cases) == set(made.motions)
    # BURGLARY gets no relief; the two counts without a number are of two events.
    numbers = [
        "../../etc/passwd",
        "A B",
        'A/"B',
        "BIG/40",
        "DEAD",
        "FIRST",
        "ONE; NUMBER",
        "OTHER-1",
        "SECOND",
        "SHARED-1",
    ]
    assert sorted(row["case_number"] for row in cases.values()) == sorted(
        ["", "", "a_b", *numbers, "案件-1", *(f"N-{subject}" for subject in ODD_NAMES | LETTERS)]
    )
    updates = support.lines_of(made.folder / "Court_Updates.csv")
    assert sum(int(row["dismissals"]) + int(row["reductions"]) for row in cases.values()) == len(updates) + 1


def test_what_a_motion_and_its_order_say(made: Run) -> None:
    text = motion_for(made, "OTHER-1")
    for part in (
        "Ana #1 O'Neil $x$ <b>, District Attorney",
        "901 G Street",
        "COUNTY OF SACRAMENTO Main Courthouse",
        "Case No. OTHER-1",
        "MOTION TO DISMISS CONVICTION (Health & Saf. Code, §§ 11361.8, 11361.9)",
        "as of July 1, 2020",
        "PERSON1, TEST, born 03/14/1960, CII A1",
        "11359 HS POSSESS MARIJUANA FOR SALE",
        "02/03/2001 felony",
        "HS 11361.8(b), HS 11361.9",  # the sentence of 90 years runs on
        "[PROPOSED] ORDER TO DISMISS CONVICTION",
        "Hon. Pat Example Judge of the Superior Court",
    ):
        assert part in text, part
    assert "SHARED-1" not in text


def test_several_people_in_one_case(made: Run) -> None:
    text = motion_for(made, "SHARED-1")
    assert "PERSON1, TEST; PERSON2, TEST, Defendants." in text
    assert "MOTION TO DISMISS AND REDUCE CONVICTIONS" in text
    assert text.count("Reduce to misdemeanor") == 1 and text.count("Reduced to misdemeanor") == 1


def test_forty_counts_flow_over_pages_under_a_repeated_header(made: Run) -> None:
    reader = pypdf.PdfReader(made.folder / "Court_Papers" / "Case_BIG_40.pdf")
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    for count in range(1, 41):
        assert (
            sum(page.count(f"001001{count:03}000") for page in pages) == 2
        )  # in the motion and in the order
    listing = [page for page in pages if re.search(r"001001\d{3}000", page)]
    assert len(listing) > 2
    for page in listing:
        assert "Count Statute and offense" in page and "PERSON3, TEST" in page
    assert not [page for page in pages if "Judge of the Superior" in page and "The clerk shall" not in page]


@pytest.mark.parametrize(("subject", "name"), ODD_NAMES.items())
def test_odd_names_are_text(made: Run, subject: str, name: str) -> None:
    shown = re.sub(r",\s*", ", ", name)
    for text in (motion_for(made, f"N-{subject}"), *(t for t in made.notices.values() if shown[:8] in t)):
        assert shown.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize(("subject", "shown"), [(subject, shown) for subject, (_, shown) in LETTERS.items()])
def test_a_letter_that_the_font_lacks_is_shown_as_its_code_point(made: Run, subject: str, shown: str) -> None:
    wanted = unicodedata.normalize("NFC", shown).replace(" ", "")
    for papers, mark in ((made.motions, f"N-{subject}"), (made.notices, f"N-{subject}")):
        [text] = [text for text in papers.values() if mark in text]
        assert wanted in unicodedata.normalize("NFC", text).replace(" ", "")


def test_code_points_are_in_every_field_and_in_the_reports(made: Run) -> None:
    text = motion_for(made, "案件-1")
    assert "Case No. [U+6848][U+4EF6]-1" in text and "[U+6CD5][U+9662]" in text
    assert all("[U+4E2D][U+5FC3]" in text for text in (*made.motions.values(), *made.notices.values()))
    assert "[U+83EF]" in words(made.folder / "Summary_Report.pdf")
    assert "華" in (made.folder / "Summary_Report.html").read_text(encoding="utf-8")


def test_a_paper_that_cannot_be_set_stops_no_other(made: Run, tmp_path: Path) -> None:
    done = in_process(
        "pool.set_pdf",
        "if named['paper'].get('case_number') == 'SHARED-1': raise CannotBeSet",
        ["papers", made.folder, "--out", tmp_path / "later"],
    )
    assert done.returncode == 3, done.stderr
    number = len(made.motions)
    assert f"SACRAMENTO: 1 of {number} papers in Court_Papers cannot be set; the column remark" in done.stdout
    assert "SHARED" not in done.stdout + done.stderr
    papers = index(tmp_path / "later" / "Court_Papers")
    assert {name: row["remark"] for name, row in papers.items() if row["remark"]} == {
        "Case_SHARED-1.pdf": "cannot be set: write this paper by hand"
    }
    written = {path.name for path in (tmp_path / "later" / "Court_Papers").glob("*.pdf")}
    assert written == set(made.motions) - {"Case_SHARED-1.pdf"}


def test_a_report_that_cannot_be_set_stops_no_run(tmp_path: Path) -> None:
    call = ["run", support.extract(tmp_path), "--county", "sacramento", "--as-of", "2020-07-01"]
    done = in_process("reports.set_pdf", "raise CannotBeSet", [*call, "--out", tmp_path / "out"])
    assert done.returncode == 3, done.stderr
    assert "SACRAMENTO: Summary_Report.pdf cannot be set; Summary_Report.html says the same" in done.stdout
    assert not (tmp_path / "out" / "Summary_Report.pdf").exists()
    assert (tmp_path / "out" / "Summary_Report.html").exists()


def in_process(function: str, begins: str, call: list[object]) -> subprocess.CompletedProcess[str]:
    """A command in whose process a function begins with other statements."""
    program = f"""
import sys
from cmr import cli
from cmr.papers import pool
from cmr.files import reports
from cmr.papers.typesetting import CannotBeSet
real = {function}
def other(*values, **named):
    {begins}
    return real(*values, **named)
{function} = other
sys.argv = ["cmr", *{[*map(str, call)]!r}]
cli.main()
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_missing_facts_leave_blanks(made: Run) -> None:
    texts = [text for name, text in made.motions.items() if name.startswith("Case_no_case_number_")]
    assert len(texts) == 2
    assert all("Case No. MOTION" in text and "PERSON4, TEST" in text for text in texts)
    assert "NULL" not in "".join(texts)
    assert "PERSON10, TEST, born , CII A10" in motion_for(made, "DEAD")


def test_a_count_of_two_case_numbers_stands_in_both_and_says_so(made: Run) -> None:
    for number in ("FIRST", "SECOND"):
        assert "Case numbers on record: FIRST; SECOND" in motion_for(made, number)


def test_a_case_number_that_looks_like_two_stays_one(made: Run) -> None:
    text = motion_for(made, "ONE; NUMBER")
    assert "Case No. ONE; NUMBER" in text and "Case numbers on record" not in text


def test_file_names_are_safe_and_apart(made: Run) -> None:
    files = set(made.motions)
    assert all(re.fullmatch(r"Case_[A-Za-z0-9_-]+\.pdf", name) for name in files)
    assert len({name.lower() for name in files}) == len(files)
    assert {"Case_SHARED-1.pdf", "Case_BIG_40.pdf", "Case__etc_passwd.pdf"} <= files
    assert sum(name.lower().startswith("case_a_b_") for name in files) == 3


def test_metadata_and_tags(made: Run) -> None:
    reader = pypdf.PdfReader(made.folder / "Court_Papers" / "Case_SHARED-1.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "Motion and proposed order, case SHARED-1"
    assert reader.metadata.author == "Ana #1 O'Neil $x$ <b>"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date().isoformat() == "2020-07-01"
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en-US"
    assert root["/MarkInfo"]["/Marked"]
    assert all(
        (float(page.mediabox.width), float(page.mediabox.height)) == (612, 792) for page in reader.pages
    )


def test_the_same_run_gives_the_same_bytes(made: Run, tmp_path: Path) -> None:
    options = ["--papers", "cases", "--notices", "--settings", made.folder.parent / "county.toml"]
    done = support.cmr("papers", made.folder, "--out", tmp_path / "later", *options)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["later"]
    for folder in ("Court_Papers", "Notices"):
        before, after = (
            {path.name: path.read_bytes() for path in (run / folder).iterdir()}
            for run in (made.folder, tmp_path / "later")
        )
        assert before == after
    refused = support.cmr("papers", made.folder, "--out", tmp_path / "later", *options)
    assert refused.returncode == 2 and "not empty" in refused.stderr


# Notices


def test_a_notice_for_each_living_person_with_relief(made: Run) -> None:
    people = {subject["SUBJECT_ID"] for subject in ROWS} - {"10", "11"}
    notices = index(made.folder / "Notices")
    assert {row["cii_number"] for row in notices.values()} == {f"A{subject}" for subject in people}
    assert set(notices) == set(made.notices)


def test_what_a_notice_says(made: Run) -> None:
    for text in made.notices.values():
        assert "wait for the court's order" in text and "espere la orden del tribunal" in text
        assert "What it does not change" in text and "Qué no cambia" in text
        assert "Public Defender" in text
    [text] = [text for text in made.notices.values() if "PERSON1, TEST" in text]
    assert "SHARED-1" in text and "OTHER-1" in text and "PERSON2" not in text


def test_no_papers_unless_asked_for(sample_run: Path) -> None:
    assert not {"Court_Papers", "Notices"} & {path.name for path in sample_run.iterdir()}


# Court_Updates.csv


def validate(path: Path) -> list[dict[str, str]]:
    """The lines of a Court_Updates.csv, each checked against the published schema."""
    schema = json.loads((project.root() / "docs" / "interfaces" / "court_updates.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    with path.open(newline="", encoding="utf-8") as file:
        assert next(csv.reader(file)) == schema["required"]
    lines = support.lines_of(path)
    for number, line in enumerate(lines, start=2):
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(line)]
        assert not errors, f"line {number}: {errors}"
    return lines


def test_updates_of_the_sample_keep_the_interface(sample_run: Path) -> None:
    lines = validate(sample_run / "Court_Updates.csv")
    decided = [
        row["Eligibility Determination"] for row in support.lines_of(sample_run / "Prop64_Results.csv")
    ]
    relieved = json.loads((sample_run / "summary.json").read_text())
    eligible = sum(determination.startswith("Eligible for") for determination in decided)
    assert len(lines) == eligible - relieved["prop64ConvictionsAlreadyRelievedCountInCounty"]
    manifest = json.loads((sample_run / "manifest.json").read_text())
    assert {line["run_id"] for line in lines} == {manifest["run_id"]}


def test_updates_of_odd_data_keep_the_interface(made: Run) -> None:
    lines = {
        (line["cii_number"], line["count"]): line for line in validate(made.folder / "Court_Updates.csv")
    }
    shared = lines["A2", "001001001000"]
    assert shared["relief"] == "reduction"
    assert (shared["current_level"], shared["resulting_level"]) == ("FELONY", "MISDEMEANOR")
    assert shared["case_number"] == "SHARED-1"
    assert lines["A9", "001001001000"]["case_number"] == "FIRST; SECOND"
    undated = lines["A4", "002001001000"]
    assert (undated["case_number"], undated["disposition_date"]) == ("", "")
    assert undated["ground"] == "HS 11361.8, HS 11361.9"
    assert lines["A8", "001001001000"]["court"] == ""
    assert ("A11", "001001001000") not in lines


def test_a_related_charge_has_no_ground_and_an_omnibus_motion_leaves_room_for_one(tmp_path: Path) -> None:
    rows = [{}, {"CNT_ORDER": "001001002000", "OFFENSE_DESCR": "148(A)(1) PC-OBSTRUCT"}]
    path = support.extract(tmp_path, rows)
    out = tmp_path / "out"
    policy = "dismiss_all_prop64_and_related"
    assert support.run(path, out, "--criteria", policy, "--papers", "omnibus").returncode == 0
    assert [line["ground"] for line in validate(out / "Court_Updates.csv")] == [
        "HS 11361.8(f), HS 11361.9",
        "",
    ]
    text = words(out / "Court_Papers" / "Omnibus_Motion_and_Order.pdf")
    assert "OMNIBUS MOTION TO DISMISS CONVICTIONS" in text
    assert "One count is for a charge that is related" in text
    assert "2 to be dismissed, of 1 person" in text
    attachment = words(out / "Court_Papers" / "Attachment_A_Volume_0001.pdf")
    assert "148(A)(1) PC" in attachment and "DOE, JANE" in attachment and "volume 1 of 1" in attachment


def test_a_county_without_relief(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    for kind in ("cases", "omnibus"):
        out = tmp_path / kind
        done = support.run(path, out, "--papers", kind, "--notices", county="alpine")
        assert done.returncode == 0, done.stderr
        for folder in ("Court_Papers", "Notices"):
            assert [file.name for file in (out / folder).iterdir()] == ["index.csv"]
        assert validate(out / "Court_Updates.csv") == []


# The settings file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[prosecuter]\nname = 'A'", ("unknown key", "did you mean prosecutor?")),
        ("[prosecutor]\nname = 1", ("prosecutor.name: 1 found", "the name of the elected prosecutor")),
        ("[prosecutor]\nname = ' '", ("prosecutor.name",)),
        ("[prosecutor]\naddress = 'one line'", ("prosecutor.address", "a list of one to four lines")),
        ("[prosecutor]\naddress = []", ("prosecutor.address",)),
        ("[court.names]\nX = 3", ("court.names.X",)),
        ("county = 'Alpine'", ("the file is for Alpine, the run for SACRAMENTO",)),
        ("county = 'Nowhere'", ("no county of California",)),
        ("name = [\nx", ("not TOML", "line 2")),
        ("\x80", ("not UTF-8",)),
    ],
)
def test_a_wrong_settings_file_is_refused(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "county.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(WrongCall) as refused:
        settings.read(path, "SACRAMENTO")
    assert str(path) in refused.value.message
    for word in words:
        assert word in refused.value.message


def test_one_county_s_settings_are_not_taken_for_all(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    path.write_text(SETTINGS)
    with pytest.raises(WrongCall, match="the run is for all counties"):
        settings.read(path, "all")
    with pytest.raises(WrongCall, match="no such settings file"):
        settings.read(tmp_path / "none.toml", "SACRAMENTO")


def test_the_documented_settings_are_right(tmp_path: Path) -> None:
    page = (project.root() / "docs" / "settings.md").read_text(encoding="utf-8")
    path = tmp_path / "county.toml"
    path.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    office = settings.read(path, "SACRAMENTO")

    def unstated(values: dict[str, Any]) -> list[str]:
        return [key for key, value in values.items() if value is None] + [
            f"{key}.{inner}"
            for key, value in values.items()
            if isinstance(value, dict)
            for inner in unstated(value)
        ]

    assert unstated(office) == []


def test_papers_need_a_run(tmp_path: Path) -> None:
    done = support.cmr("papers", tmp_path, "--out", tmp_path / "papers")
    assert done.returncode == 2
    assert "not the output folder of a run" in done.stderr
