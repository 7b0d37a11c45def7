"""Says what the table data_quality holds, to be read by people: in Data_Quality.html, and before a run (`cmr check`).

Nothing is counted here, and no person is named.
"""

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.pages import layout
from cmr.sources.ca_doj_extract.inspection import Extract

if TYPE_CHECKING:
    import duckdb

TEXTS_SHOWN = 2_000
# The columns of a table that come before its numbers.
TEXT_COLUMNS = 2


@dataclass(frozen=True)
class Table:
    """Rows under a caption: two texts and then numbers, as `columns` names them."""

    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Section:
    """One kind of findings: sentences before and after their tables."""

    anchor: str
    title: str
    before: list[str]
    tables: list[Table]
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """All that is said: of which files and decisions, and what was found."""

    about: str
    sections: list[Section]


def read(con: "duckdb.DuckDBPyConnection") -> Report:
    """What the models found in the extracts of a warehouse that holds data_quality and set_aside_lines."""
    return Report(about(con), [history(con), texts(con), values(con), set_aside(con), lines(con)])


def count_set_aside(con: "duckdb.DuckDBPyConnection") -> int:
    [(lines,)] = con.execute("select count(*) from set_aside_lines").fetchall()
    return int(lines)


def could_change(con: "duckdb.DuckDBPyConnection") -> bool:
    """Whether some finding could change a decision."""
    [(could,)] = con.execute(
        "select coalesce(bool_or(decisions_that_could_change > 0), false) from data_quality"
    ).fetchall()
    return bool(could)


def unused(con: "duckdb.DuckDBPyConnection", inspected: list[Extract]) -> str | None:
    """What is wrong with the first file that no line of is used, causes counted; None if each has lines that are."""
    found = con.execute(
        "with aside as ("
        " select file_id, layer, cause, count(*) as lines from set_aside_lines group by all"
        ") select any_value(files.file_name),"
        " any_value(files.records) - coalesce(sum(aside.lines) filter (where aside.layer = 'staging'), 0),"
        " string_agg(format('{:,d} ({})', aside.lines, aside.cause), ', ' order by aside.lines desc, aside.cause)"
        " from raw_reconciliation as files left join aside on files.file_id = aside.file_id group by files.file_id"
    ).fetchall()
    used = {name: (lines, causes) for name, lines, causes in found}
    for extract in inspected:
        lines, causes = used.get(extract.name, (0, f"{extract.lines:,} (cannot be read)"))
        if not lines:
            return f"{extract.name}: none of its lines can be used; set aside: {causes}"
    return None


def write_report(con: "duckdb.DuckDBPyConnection", path: Path) -> None:
    """Writes the report of the run as one HTML file that needs no other."""
    html = layout.page("data_quality.html", report=read(con), text_columns=TEXT_COLUMNS)
    path.write_text(html + "\n", encoding="utf-8")


def about(con: "duckdb.DuckDBPyConnection") -> str:
    [(policy, county, decisions, open_decisions)] = con.execute(
        "select criteria_policy, run_county, count(conviction_id),"
        " count(missing_facts)"
        " from run_settings left join fct_decisions"
        " on policy = criteria_policy and run_county in ('all', county) group by all"
    ).fetchall()
    files = con.execute("select file_name from raw_extract_files order by file_id").fetchall()
    return (
        f"Extracts: {', '.join(name for (name,) in files)}. Decisions: policy {policy},"
        f" {'all counties' if county == 'all' else county}, {decisions:,} in all,"
        f" of which {open_decisions:,} are left to {project.hand_review()} for want of a fact."
    )


def history(con: "duckdb.DuckDBPyConnection") -> Section:
    found = con.execute(
        "select field, finding || ' (' || counted || ')', number, of_number, decisions_touched,"
        " decisions_that_could_change from data_quality where part = 'history' and number > 0"
        " order by decisions_that_could_change desc, decisions_touched desc, number desc, field, finding"
    ).fetchall()
    nothing = con.execute(
        "select finding || ' (' || field || ')' from data_quality where part = 'history' and number = 0"
        " order by field, finding"
    ).fetchall()
    columns = ("Field", "Finding", "Found", "Of", "Decisions touched", "Decisions that could change")
    return Section(
        "history",
        "People and convictions",
        [
            "A decision is touched if the person has the finding anywhere in the history. It could change if it was"
            f" left to {project.hand_review()} for want of this kind of fact, or if nothing says which of two readings is right."
        ],
        [Table("Findings, most decisions that could change first", columns, found)] if found else [],
        [f"Looked for and not found: {'; '.join(words for (words,) in nothing)}."] if nothing else [],
    )


def texts(con: "duckdb.DuckDBPyConnection") -> Section:
    found = con.execute(
        "select finding, field, coalesce(value_as_written, 'in comments'), number from data_quality"
        " where part = 'texts' order by finding, number desc, field, value_as_written"
    ).fetchall()
    more = len(found[TEXTS_SHOWN:])
    return Section(
        "texts",
        "Offense texts that are not read for certain",
        [
            "What such a charge is for is not known: it may be on any list, and what hangs on it is left to"
            f" {project.hand_review()}."
            " Charges that stand in a comment are counted, not shown."
            if found
            else "None."
        ],
        [
            Table(
                f"{finding[:1].upper()}{finding[1:]}",
                ("Field", "Text", "Lines"),
                [tuple(row) for _, *row in rows],
            )
            for finding, rows in groupby(found[:TEXTS_SHOWN], key=itemgetter(0))
        ],
        [f"And {more:,} more texts: table data_quality of a run's warehouse."] if more else [],
    )


def values(con: "duckdb.DuckDBPyConnection") -> Section:
    shown = project.parameter("smallest_shown")
    found = con.execute(
        f"select field, coalesce(value_as_written, 'of fewer than {shown} people'), number from data_quality"
        " where part = 'values' order by number desc, field, value_as_written"
    ).fetchall()
    return section(
        "values",
        "Values not in the known list",
        f"Values that fewer than {shown} people have are counted together, not shown.",
        Table("Values, most frequent first", ("Field", "Value", "Lines"), found),
    )


def set_aside(con: "duckdb.DuckDBPyConnection") -> Section:
    found = con.execute(
        "select file_name, cause, count(*) as number from set_aside_lines group by all"
        " order by number desc, file_name, cause"
    ).fetchall()
    return section(
        "set_aside",
        "Lines set aside",
        "They cannot be read, or belong to no person that one could tell. Set_Aside.csv of a run lists them one by"
        " one.",
        Table("Causes, most frequent first", ("File", "Cause", "Lines"), found),
    )


def lines(con: "duckdb.DuckDBPyConnection") -> Section:
    found = con.execute(
        "select file_name, field, finding, number, of_number from data_quality"
        " where part = 'lines' and number > 0 order by file_name, number desc, field, finding"
    ).fetchall()
    columns = ("Field", "Finding", "Lines", "Of")
    return Section(
        "lines",
        "Fields, file by file",
        ["A blank is not always a fault: many fields belong to some kinds of lines only."],
        [
            Table(file, columns, [tuple(row) for _, *row in rows])
            for file, rows in groupby(found, key=itemgetter(0))
        ],
    )


def section(anchor: str, title: str, note: str, table: Table) -> Section:
    """A section of one table with a note on it, or of the word None."""
    if not table.rows:
        return Section(anchor, title, ["None."], [])
    return Section(anchor, title, [note], [table])
