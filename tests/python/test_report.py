"""The reports and the workbook: every number as the marts have it, readable by everyone, and nothing in them runs."""

import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdf
import pytest
from bs4 import BeautifulSoup, Tag
from openpyxl.utils.escape import unescape

import browser
import support
from cmr import project
from cmr.files import reports, workbook
from cmr.pages import benefits, charts, figures, layout, public
from cmr.pages import words as wording
from cmr.papers.typesetting import shown

SAMPLE = project.root() / "samples" / "doj_extract.csv"

# Text that would do something if it were taken for HTML, Typst, a formula or a link; and plain odd text.
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.com")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "http://example.com/a",
    '#panic("x") $x$ *a* _b_ `c` \\ [d]',
    'O\'NEIL "Q", ÁÉÑ &amp; &',
    "A" * 80,
    "TAB\tAND\x07BELL",
    "{{ 7 * 7 }} {% raw %}",
]


@dataclass(frozen=True)
class Run:
    """The output folder of a run for one county."""

    folder: Path
    county: str

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True)

    @cached_property
    def figures(self) -> dict[str, Any]:
        return figures.figures(self.con, self.county)

    @cached_property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "summary.json").read_text(encoding="utf-8")))

    def page(self, name: str = "Summary_Report.html") -> BeautifulSoup:
        return BeautifulSoup((self.folder / name).read_text(encoding="utf-8"), "html.parser")

    def table(self, caption: str, name: str = "Summary_Report.html") -> list[list[str]]:
        """The rows of the table with this caption as the page shows them; none if the page has no such table."""
        return next((rows for found, rows in tables(self.page(name)) if found == caption), [])

    def value(self, query: str) -> Any:
        [(value,)] = self.con.execute(
            query, {"county": self.county} if "$county" in query else None
        ).fetchall()
        return value


def tables(page: BeautifulSoup) -> Iterator[tuple[str, list[list[str]]]]:
    """Caption and body rows of each table."""
    for found in page("table"):
        rows = found.tbody("tr")
        yield found.caption.get_text(), [[cell.get_text() for cell in row(["th", "td"])] for row in rows]


def integers(cells: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in cells]


def hostile_extract(folder: Path) -> Path:
    """Three people for each hostile text, as their name, race and charge; a file whose name is hostile too."""
    rows = [
        {
            "SUBJECT_ID": str(1000 + 3 * place + person),
            "CII_NUMBER": text[:20],
            "PRI_NAME": text,
            "RACE_DESCR": text,
            "GENDER": "FMX"[person],
            "OFN": text,
            "OFFENSE_DESCR": f"{'11357(A)' if person else '11360'} HS-{text}",
            "CONV_STAT_DESCR": ["FELONY", "MISDEMEANOR", ""][person],
            "OFFENSE_TOC": ["F", "M", ""][person],
            "PRI_DOB": "18990101" if person else "19900229",
            "STP_EVENT_DATE": "18991231" if person == 1 else "20150203",
        }
        for place, text in enumerate(HOSTILE)
        for person in range(3)
    ]
    return support.extract(folder, rows, name="a<b>&'#strong[x].csv")


def make_sample(folder: Path) -> None:
    criteria = {
        "baselineEligibility": {"dismiss": ["11357"], "reduce": ["11358", "11359"]},
        "additionalRelief": {"subjectAgeThreshold": 57, "yearsSinceConvictionThreshold": 15},
    }
    path = folder / "criteria.json"
    path.write_text(json.dumps(criteria), encoding="utf-8")
    finished(support.run(SAMPLE, folder / "out", "--criteria", path))


def finished(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode in (0, 3), done.stderr


RUNS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "sample": ("SACRAMENTO", make_sample),
    "pilot": (
        "CONTRA COSTA",
        lambda folder: finished(
            support.run(SAMPLE, folder / "out", "--criteria", "pilot_contra_costa", county="CONTRA COSTA")
        ),
    ),
    "empty county": ("ALPINE", lambda folder: finished(support.run(SAMPLE, folder / "out", county="ALPINE"))),
    "one person": (
        "SACRAMENTO",
        lambda folder: finished(support.run(support.extract(folder), folder / "out")),
    ),
    "hostile": ("SACRAMENTO", lambda folder: finished(support.run(hostile_extract(folder), folder / "out"))),
}


def run_of(factory: pytest.TempPathFactory, name: str) -> Run:
    county, make = RUNS[name]
    return Run(support.made_once(factory, f"report_{name.replace(' ', '_')}", make) / "out", county)


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory, request.param)


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory, "sample")


@pytest.fixture
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory, "hostile")


# One set of numbers


def test_the_headline_counts_are_those_of_the_summary(run: Run) -> None:
    names = ["CountSubjectsNoFelony", "CountSubjectsNoConviction", "CountSubjectsNoConvictionLast7Years"]
    tiles = [tile.get_text() for tile in run.page().select(".tiles .number")]
    assert integers(tiles) == [run.summary["reliefWithCurrentEligibilityChoices"][name] for name in names]
    impact = {words: integers(numbers) for words, *numbers in run.table("Impact of the policies")}
    for place, key in enumerate(
        [
            "reliefWithCurrentEligibilityChoices",
            "reliefWithDismissAllProp64",
            "reliefWithDismissAllProp64AndRelated",
        ]
    ):
        helped = [
            impact[f"People who will have no {words}"][place]
            for words in ("felony", "conviction", "conviction in the last 7 years")
        ]
        assert helped == [run.summary[key][name] for name in names]
    assert impact["People with some relief"][0] == run.summary["subjectsWithSomeReliefCount"]
    decided = run.value(
        "select count(*) from fct_decisions where county = $county"
        " and policy = (select criteria_policy from run_settings)"
    )
    assert impact["Convictions decided"][0] == decided


def test_convictions_by_section_and_level_are_those_of_the_summary(run: Run) -> None:
    *sections, total = run.table("Prop 64 convictions, by section and level")
    by_section = {
        f"HS {law}": n for law, n in run.summary["prop64ConvictionsCountInCountyByCodeSection"].items()
    }
    assert {name: n for name, *_, n in [[s[0], *integers(s[1:])] for s in sections] if n} == by_section
    felonies, misdemeanors, infractions, unknown, together = integers(total[1:])
    assert felonies == run.summary["prop64FelonyConvictionsCountInCounty"]
    assert misdemeanors + infractions == run.summary["prop64NonFelonyConvictionsCountInCounty"]
    assert felonies + misdemeanors + infractions + unknown == together
    assert [sum(column) for column in zip(*(integers(s[1:]) for s in sections), strict=True)] == integers(
        total[1:]
    )


def test_decisions_are_those_of_the_lines_and_of_the_workbook(run: Run) -> None:
    lines = support.lines_of(run.folder / "Prop64_Results.csv")
    reasons: dict[tuple[str, str], int] = {}
    for line in lines:
        key = line["Eligibility Determination"], line["Eligibility Reason"]
        reasons[key] = reasons.get(key, 0) + 1
    shown = run.table("Decisions by reason")
    assert {(name, why): integers([n])[0] for name, why, n, _ in shown[:-1]} == reasons
    assert not shown or integers([shown[-1][2]]) == [len(lines)]
    by_determination: dict[str, int] = {}
    for (determination, _), n in reasons.items():
        by_determination[determination] = by_determination.get(determination, 0) + n
    for caption in ("Decisions by section", "Decisions by year of conviction"):
        page = run.page()
        for table in page("table"):
            if table.caption.get_text() == caption:
                heads = [cell.get_text() for cell in table.thead(["th", "td"])][1:]
                columns = zip(*(integers(row[1:]) for row in run.table(caption)), strict=True)
                assert dict(zip(heads, map(sum, columns), strict=True)) == by_determination
    book = openpyxl.load_workbook(run.folder / "Prop64_Results.xlsx")
    sheets = {workbook.sheet_name(name): n for name, n in by_determination.items()}
    sheets["Needs review"] = len(support.lines_of(run.folder / "Needs_Review.csv"))
    assert {name: book[name].max_row - 1 for name in book.sheetnames[2:]} == sheets
    counts = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert {name: counts[name] for name in sheets} == sheets
    for name in by_determination:
        found = [row[:2] for row in book[workbook.sheet_name(name)].iter_rows(min_row=2, values_only=True)]
        in_order = [
            (line["Eligibility Determination"], line["Eligibility Reason"])
            for line in lines
            if line["Eligibility Determination"] == name
        ]
        assert found == in_order


def test_what_was_read_and_set_aside(run: Run) -> None:
    [file] = run.table("Files")[:1]
    assert integers([file[2]]) == [run.summary["lineCount"]]
    assert file[0] == printable(run.value("select any_value(file_name) from raw_extract_files"))
    aside = support.lines_of(run.folder / "Set_Aside.csv")
    assert sum(integers([n])[0] for _, n in run.table("Lines set aside, by cause")) == len(aside)
    first = run.summary["earliestConviction"]
    assert (first is None) or wording.long_date(date.fromisoformat(first)) in run.page().get_text()


def test_what_needs_review(run: Run) -> None:
    rows = support.lines_of(run.folder / "Needs_Review.csv")
    words = run.page().find(id="what-needs-review").parent.get_text()
    assert (
        wording.count(len(rows), "conviction", "convictions") in words
        or "No conviction needs review" in words
    )
    for _, fact, n in [
        ["", *row] for row in run.table("Convictions for which the lines of the extract disagree")
    ]:
        conflicting = [row for row in rows if fact.lower() in row["conflicting_facts"].lower().split(", ")]
        assert integers([n]) == [len(conflicting)]


def test_who_benefits_is_the_mart(run: Run) -> None:
    for dimension in ("race or ethnicity", "sex", "age"):
        found = run.con.execute(
            "select group_name, people, people_with_some_relief, people_with_full_relief, convictions,"
            " convictions_eligible from county_demographics where county = $1 and dimension = $2"
            " and policy = (select criteria_policy from run_settings)",
            [run.county, dimension],
        ).fetchall()
        shown = {
            (name, *integers([people, some, full, convictions, eligible])): (s, f, e)
            for name, people, some, s, full, f, convictions, eligible, e in run.table(
                f"Relief by {dimension}"
            )
        }
        assert set(shown) == {(printable(name), *numbers) for name, *numbers in found}
        for (_, people, some, full, convictions, eligible), shares in shown.items():
            parts = [(some, people), (full, people), (eligible, convictions)]
            assert shares == tuple(wording.share(*part) for part in parts)


def printable(text: str) -> str:
    return str(wording.printable(text))


def test_the_pdf_says_what_the_page_says(run: Run) -> None:
    written = pypdf.PdfReader(run.folder / "Summary_Report.pdf")
    text = squeezed("".join(squeezed(page.extract_text()) for page in written.pages))
    page = run.page()
    for _, rows in tables(page):
        for row in rows:
            assert squeezed(shown("".join(row))) in text
    for words in page.select("h1, h2, p, .tiles li, caption, figcaption"):
        assert squeezed(shown(words.get_text())) in text


def squeezed(text: str) -> str:
    """Text without blanks, which a line break on paper replaces, and without the foot of the pages."""
    text = re.sub(r"Summary report: [^\n]*?\d+ of \d+", "", text)
    return re.sub("[\\s\u200b]", "", text)


def test_an_empty_county_reads_sensibly(tmp_path_factory: pytest.TempPathFactory) -> None:
    run = run_of(tmp_path_factory, "empty county")
    text = run.page().get_text()
    assert "no Prop 64 conviction in Alpine County" in text
    assert "These criteria decide no conviction" in text
    assert not re.search(r"\bNone\b|nan|n/a|undefined", text)
    assert run.page("Public_Report.html").find("svg") is None


def test_one_person_is_no_people(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = " ".join(run_of(tmp_path_factory, "one person").page().get_text().split())
    assert "1 person has 1 Prop 64 conviction in Sacramento County." in text
    assert "1 person out of 1 (100%) gets some relief." in text
    assert "1 people" not in text and "1 convictions" not in text


def test_the_criteria_are_told_in_full(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert dict(sample.table("Criteria, every option")) == {
        "Misdemeanors and infractions": "Dismissed, always",
        "Felonies under HS 11357": "Dismissed",
        "Felonies under HS 11358": "Reduced, unless an option below dismisses it",
        "Felonies under HS 11359": "Reduced, unless an option below dismisses it",
        "Felonies under HS 11360": "Decided by the options below",
        "Dismiss if the person was under 21 at conviction": "Off",
        "Dismiss if the person has reached an age": "On: 57 years or older",
        "Dismiss if the conviction is some years old": "On: 15 years or more",
        "Dismiss if the person had no conviction in some years": "Off",
        "Dismiss if the person has Prop 64 convictions only": "Off",
        "Dismiss if the person is deceased": "Off",
    }
    pilot = run_of(tmp_path_factory, "pilot")
    columns = ("rule_order", "description", "determination", "reason", "citation")
    rules = [
        [row[name] for name in columns]
        for row in project.seed("rules")
        if row["policy"] == "pilot_san_joaquin"
    ]
    # The seed's words name the parameters, the report has their values.
    for name, value in {"prop64_effective_date": "11/09/2016", "years_clear": "5"}.items():
        rules = [[text.replace(f"{{{name}}}", value) for text in rule] for rule in rules]
    assert pilot.table("Rules of the policy, in order") == rules


def test_numbers_in_words() -> None:
    assert wording.count(1, "person", "people") == "1 person"
    assert wording.count(0, "person", "people") == "0 people"
    assert wording.count(1234567, "line", "lines") == "1,234,567 lines"
    assert wording.long_date(date(2020, 7, 1)) == "July 1, 2020"
    for part, whole, words in [
        (0, 0, "n/a"), (0, 9, "0%"), (9, 9, "100%"), (1, 3, "33.3%"),
        (1, 100_000, "under 0.1%"), (99_999, 100_000, "over 99.9%"),
    ]:  # fmt: skip
        assert wording.share(part, whole) == words


def test_the_same_run_gives_the_same_bytes(sample: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        workbook.write_workbook(sample.con, tmp_path / name / "Prop64_Results.xlsx", sample.county)
        reports.write_report(sample.con, tmp_path / name, sample.county)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


# What is published


def test_the_public_report_shows_what_may_be_published(run: Run) -> None:
    rows = support.lines_of(run.folder / "public_summary.csv")
    counts = [row[name] for row in rows for name in public.PUBLIC_COLUMNS[5:]]
    assert all(count == "" or int(count) >= 11 for count in counts)
    page = run.page("Public_Report.html")
    shown = {cell for caption, body in tables(page) for row in body for cell in row[1:]}
    numbers = {cell for cell in shown if cell.replace(",", "").isdigit()}
    assert {int(cell.replace(",", "")) for cell in numbers} <= {int(count) for count in counts if count}
    assert shown - numbers <= {"", benefits.HIDDEN} | {cell for cell in shown if cell.endswith("%")}
    for row in rows:
        if row["people"] and row["dimension"] != "everyone":
            [found] = [r for r in run.table(f"Relief by {row['dimension']}", "Public_Report.html")
                       if r[0] == row["group_name"]]  # fmt: skip
            assert found[1].replace(",", "") == row["people"]


def test_the_public_files_hold_no_person(run: Run) -> None:
    people = run.con.execute("select subject_id, cii_number, subject_name from dim_subjects").fetchall()
    for name in ("Public_Report.html", "public_summary.csv"):
        text = (run.folder / name).read_text(encoding="utf-8")
        words = set(re.findall(r"[\w,']{4,}", text))
        assert not words & {value for person in people for value in person if value}


# Hostile text


def test_hostile_text_is_only_text(hostile: Run) -> None:
    page = hostile.page()
    assert not page.find(["script", "img", "iframe", "object", "link"])
    assert not [tag for tag in page(True) if any(name.startswith("on") for name in tag.attrs)]
    races = {row[0] for row in hostile.table("Relief by race or ethnicity")}
    assert races == {printable(text.strip()) for text in HOSTILE}
    text = squeezed(
        "".join(page.extract_text() for page in pypdf.PdfReader(hostile.folder / "Summary_Report.pdf").pages)
    )
    for words in HOSTILE:
        if words.isascii() and words.isprintable():
            assert squeezed(words) in text


def test_the_workbook_takes_text_for_text(hostile: Run) -> None:
    book = openpyxl.load_workbook(hostile.folder / "Prop64_Results.xlsx")
    names = set()
    for sheet in book.worksheets[2:]:
        assert not sheet._hyperlinks  # openpyxl has no public list of them
        assert sheet.freeze_panes == "A2"
        heads = [cell.value for cell in sheet[1]]
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, len(heads)).column_letter}{max(sheet.max_row, 2)}"
        for row in sheet.iter_rows(min_row=2):
            for head, cell in zip(heads, row, strict=True):
                assert cell.data_type != "f"
                if head in ("CII number", "Case number", "Subject id", "Count order", "Name"):
                    assert cell.value is None or cell.data_type == "s"
                if head == "Date of conviction" and cell.value:
                    assert cell.data_type == "d" or cell.value == "12/31/1899"
            names.add(unescape(row[heads.index("Name")].value))
    known = {name for (name,) in hostile.con.execute("select subject_name from dim_subjects").fetchall()}
    assert names == known


def test_the_workbook_explains_its_columns(sample: Run) -> None:
    book = openpyxl.load_workbook(sample.folder / "Prop64_Results.xlsx")
    head, *rows = book["Columns"].iter_rows(values_only=True)
    assert head == ("Column", "Meaning")
    assert [name for name, _ in rows] == [cell.value for cell in book.worksheets[2][1]]
    assert all(len(meaning) > 20 for _, meaning in rows)
    assert book.properties.created == datetime(2020, 7, 1)


def test_a_sheet_that_is_full_says_so(sample: Run, tmp_path: Path) -> None:
    path = tmp_path / "Prop64_Results.xlsx"
    rows = {name: n for name, _, n in workbook.plan(sample.con, sample.county)}
    remarks = workbook.write_workbook(sample.con, path, sample.county, most_rows=10)
    full = [name for name, n in rows.items() if n > 9]
    assert [name for name in full if any(repr(name) in remark for remark in remarks)] == full
    book = openpyxl.load_workbook(path)
    for name in full:
        assert book[name].max_row == 10
        assert book[name].cell(10, 1).value == (
            f"{rows[name] - 8:,} further convictions do not fit: Prop64_Results.csv has them all."
        )
    reports.write_report(sample.con, tmp_path, sample.county, remarks)
    assert remarks[0] in (tmp_path / "Summary_Report.html").read_text(encoding="utf-8").replace("&#39;", "'")


# Readable by everyone


@pytest.mark.parametrize("name", ["Summary_Report.html", "Public_Report.html"])
def test_the_page_can_be_used_without_seeing_it(run: Run, name: str) -> None:
    """What axe-core counts as serious or critical, as far as a page of this kind can have it."""
    page = run.page(name)
    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert "width=device-width" in page.find("meta", attrs={"name": "viewport"})["content"]
    assert "user-scalable" not in str(page.head)
    for landmark in ("header", "main"):
        assert len(page(landmark)) == 1
    assert page.nav["aria-label"]
    ids = [tag["id"] for tag in page(True) if tag.has_attr("id")]
    assert len(ids) == len(set(ids))
    for tag in page(True):
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert set(tag.get(attribute, "").split()) <= set(ids)
    for link in page("a"):
        assert link.get_text().strip() and link["href"].removeprefix("#") in ids
    assert page.body.find(True).name == "a" and page.body.find(True)["href"] == "#content"
    levels = [int(heading.name[1]) for heading in page(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    for picture in page("svg"):
        assert picture["role"] == "img" and picture.title.get_text() and picture.desc.get_text()
        assert [picture.title["id"], picture.desc["id"]] == picture["aria-labelledby"].split()
        assert isinstance(picture.parent, Tag) and picture.parent.name == "figure"
    for table in page("table"):
        assert table.caption.get_text().strip()
        assert all(head.get("scope") in ("col", "row") for head in table("th"))
        assert all(head.get_text().strip() for head in table.thead("th"))
        assert all(row.find("th", scope="row") for row in table.tbody("tr"))
        width = len(table.thead(["th", "td"]))
        assert all(len(row(["th", "td"])) == width for row in table.tbody("tr"))
        # what scrolls can be reached by keyboard, and says what it is
        assert table.parent["tabindex"] == "0" and table.parent["aria-label"]
    for listing in page("ul"):
        assert all(child.name == "li" for child in listing.find_all(True, recursive=False))


def test_colors_have_contrast() -> None:
    css = layout.page("style.css", has_charts=True)
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    for scheme in (light, dark):
        color = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        for ink in ("ink", "soft", "link"):
            for ground in ("page", "band"):
                assert contrast(color[ink], color[ground]) >= 4.5, (ink, ground)
        for fill in range(5):
            assert contrast(color[f"fill-{fill}"], color["page"]) >= 3
        assert contrast(color["rule"], color["page"]) >= 3
    assert tuple(re.findall(r"--fill-\d: (#\w{6})", light)) == charts.FILLS


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colors (WCAG 2.1)."""

    def luminance(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_pdf_is_tagged_and_says_what_it_is(run: Run) -> None:
    written = pypdf.PdfReader(run.folder / "Summary_Report.pdf")
    root = written.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert written.metadata is not None
    assert written.metadata.title == f"Summary report: {wording.county_name(run.county)}"
    assert written.metadata.creation_date is not None
    assert written.metadata.creation_date.date() == date(2020, 7, 1)
    assert {(float(page.mediabox.width), float(page.mediabox.height)) for page in written.pages} == {
        (612, 792)
    }


# In a browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Summary_Report.html", "Public_Report.html"])
def test_the_page_in_a_browser(
    chromium: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, name: str, scheme: str
) -> None:
    """No message of the console, nothing fetched, and at 360 and 1280 pixels nothing to the right of the window."""
    preferred = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    for case in ("sample", "hostile"):
        run = run_of(tmp_path_factory, case)
        shutil.copy(run.folder / name, tmp_path / "page.html")
        done = browse(chromium, tmp_path, "page.html", preferred)
        assert "</main>" in done.stdout
        assert "CONSOLE" not in done.stderr
        assert fetched(tmp_path) == set()
        (tmp_path / "frame.html").write_text(FRAME, encoding="utf-8")
        done = browse(chromium, tmp_path, "frame.html", preferred, "--disable-web-security")
        seen = json.loads(BeautifulSoup(done.stdout, "html.parser").title.get_text())
        ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}[scheme]
        assert seen == {"360": [0, ground], "1280": [0, ground]}


def test_the_browser_would_tell(chromium: str, tmp_path: Path) -> None:
    """A page that does fetch something and has an error is seen to."""
    page = '<!DOCTYPE html><title>x</title><img src="http://127.0.0.1:9/x.png"><script>nothing()</script>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert "CONSOLE" in browse(chromium, tmp_path, "page.html").stderr
    assert fetched(tmp_path) == {"http://127.0.0.1:9/x.png"}


def browse(chromium: str, folder: Path, page: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Opens a page of the folder, prints what it has become, and keeps a log of what was fetched."""
    told = ["--enable-logging=stderr", "--host-resolver-rules=MAP * ~NOTFOUND"]
    told += [f"--log-net-log={folder / 'net.json'}", *options]
    return browser.dump(chromium, (folder / page).as_uri(), *told)


def fetched(folder: Path) -> set[str]:
    """The addresses that the page asked for; what the browser wants for itself has no origin."""
    log = json.loads((folder / "net.json").read_text(encoding="utf-8"))
    requests = [event["params"] for event in log["events"] if "url" in event.get("params", {})]
    return {one["url"] for one in requests if one.get("initiator", "not an origin") != "not an origin"}


FRAME = """<!DOCTYPE html><title>nothing</title><iframe id="f"></iframe><script>
const frame = document.getElementById("f"), seen = {};
frame.style = "border: 0; height: 800px";
frame.onload = () => {
  for (const width of [360, 1280]) {
    frame.style.width = width + "px";
    const root = frame.contentDocument.documentElement;
    seen[width] = [root.scrollWidth - root.clientWidth, getComputedStyle(frame.contentDocument.body).backgroundColor];
  }
  document.title = JSON.stringify(seen);
};
frame.src = "page.html";
</script>
"""
