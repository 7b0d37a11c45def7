"""Looks the fields of extract files over before a run: what `cmr check` says beyond the bytes.

DuckDB reads the files once and counts. What the findings mean for decisions only a run can say (the model
county_summaries/data_quality, which counts the same things and more). No value of a data line is shown, but
codes that at least five people have.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cmr import extracts, project
from cmr.errors import CmrError
from cmr.verify import OFFLINE
from cmr.warehouse import threads

if TYPE_CHECKING:
    import duckdb

PERSON = ("CII_NUMBER", "PRI_NAME", "PRI_DOB", "GENDER", "RACE_DESCR")
DATES = ("PRI_DOB", "CYC_DATE", "STP_EVENT_DATE", "DISP_DATE")
# The fields that a decision or the condensed file takes from a line.
USED = (
    "SUBJECT_ID", "CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "RACE_DESCR", "CYC_DATE", "STP_EVENT_DATE",
    "STP_TYPE_DESCR", "STP_ORI_DESCR", "STP_ORI_CNTY_NAME", "CNT_ORDER", "DISP_DATE", "OFN", "OFFENSE_DESCR",
    "OFFENSE_TOC", "DISP_DESCR", "CONV_STAT_DESCR", "SENT_LOC_DESCR", "SENT_LENGTH", "SENT_TIME_CODE",
    "CYC_AGE", "COMMENT_TEXT", "END_OF_REC",
)  # fmt: skip

WRITTEN_AS_UNKNOWN = "regexp_full_match(trim({0}), '[0-9]{{4}}0000')"
NO_DATE = (
    "trim({0}) <> '' and not "
    + WRITTEN_AS_UNKNOWN
    + " and (length(trim({0})) <> 8 or try_strptime(trim({0}), '%Y%m%d') is null)"
)

ALL_FILES = "all files"


@dataclass(frozen=True)
class Finding:
    """One thing found in the fields of a file, or of all of them, and how often."""

    file: str
    field: str
    what: str
    number: int
    counted: str  # lines or people


def findings(inspected: list[extracts.Extract]) -> list[Finding]:
    """What the fields of the files show: by file first, then over all files; the most frequent first."""
    import duckdb

    try:
        with (
            tempfile.TemporaryDirectory(prefix="cmr-check-") as folder,
            duckdb.connect(config=OFFLINE) as con,
        ):
            con.execute("set temp_directory = ?", [folder])
            con.execute("set memory_limit = ?", [os.environ.get("CMR_MEMORY_LIMIT", "3GB")])
            con.execute("set threads = ?", [threads()])
            unread = read(con, inspected, Path(folder))
            return [
                *(finding for extract in inspected for finding in unread if finding.file == extract.name),
                *by_line(con, [extract.name for extract in inspected]),
                *unlisted(con),
                *by_person(con),
            ]
    except duckdb.Error:
        raise CmrError("the fields of the files cannot be read; a run may say more") from None


def read(con: "duckdb.DuckDBPyConnection", inspected: list[extracts.Extract], folder: Path) -> list[Finding]:
    """Reads all files into the table `records`, in order; returns what could not be read of each."""
    names = ", ".join(f"'{name}': 'varchar'" for name in project.extract_columns())
    con.execute("create table records (file varchar, " + ", ".join(f"{name} varchar" for name in USED) + ")")
    unread = []
    refused = 0
    for extract in inspected:
        # A copy of a file that DuckDB can't take as it is lies in the folder, and goes with it.
        readable = extracts.prepared(extract, folder)
        con.execute(
            f"insert into records select $name, {', '.join(USED)} from read_csv($path, columns = {{{names}}},"
            " auto_detect = false, header = false, skip = $skip, delim = ',', quote = '\"', escape = '\"',"
            " encoding = $encoding, store_rejects = true)",
            {**readable, "skip": int(extract.has_header)},
        )
        query = "select count(*) from (select distinct scan_id, file_id, line from reject_errors)"
        [(total,)] = con.execute(query).fetchall()
        if total > refused:
            unread.append(Finding(extract.name, "-", "not a record of 95 fields", total - refused, "lines"))
        refused = total
    return unread


def by_line(con: "duckdb.DuckDBPyConnection", files: list[str]) -> list[Finding]:
    """Findings that one line shows, by file."""
    checks = [(field, "blank", f"coalesce(trim({field}), '') = ''") for field in USED]
    checks += [(field, "date written as unknown", WRITTEN_AS_UNKNOWN.format(field)) for field in DATES]
    checks += [(field, "no date of the calendar", NO_DATE.format(field)) for field in DATES]
    checks += [
        ("CNT_ORDER", "fewer than 12 digits", "not regexp_full_match(trim(CNT_ORDER), '[0-9]{12,}')"),
        (
            "CONV_STAT_DESCR",
            "unknown level of a conviction, in OFFENSE_TOC too",
            "starts_with(upper(trim(DISP_DESCR)), 'CONVICTED') and coalesce(trim(CONV_STAT_DESCR), '') = ''"
            " and coalesce(upper(trim(OFFENSE_TOC)), '') not in ('F', 'M', 'I')",
        ),
        (
            "OFN",
            "no case number of a conviction",
            "starts_with(upper(trim(DISP_DESCR)), 'CONVICTED') and coalesce(trim(OFN), '') in ('', 'NULL')",
        ),
    ]
    counts = ", ".join(f"count(*) filter ({condition})" for _, _, condition in checks)
    rows = con.execute(f"select file, {counts} from records group by file").fetchall()
    numbers = {file: counted for file, *counted in rows}
    return [
        Finding(file, field, what, number, "lines")
        for file in files
        for number, (field, what, _) in sorted(
            zip(numbers.get(file, []), checks, strict=False), key=lambda found: -found[0]
        )
        if number
    ]


def unlisted(con: "duckdb.DuckDBPyConnection") -> list[Finding]:
    """Values of coded fields that are not in the known list; one that few people have is not shown."""
    known: dict[str, list[str]] = {"STP_ORI_CNTY_NAME": project.counties()}
    for row in project.seed("known_values"):
        known.setdefault(row["field"], []).append(row["value"])
    found = []
    for field, values in known.items():
        rows = con.execute(
            f"""
            select case when people >= 5 then value end, sum(lines)
            from (
                select upper(trim({field})) as value, count(*) as lines, count(distinct SUBJECT_ID) as people
                from records
                where trim({field}) <> '' and upper(trim({field})) not in (select unnest(?))
                group by all
            )
            group by all
            order by 2 desc, 1
            """,
            [values],
        ).fetchall()
        for value, lines in rows:
            shown = value if value is not None else "of fewer than five people"
            found.append(
                Finding(ALL_FILES, field, f"value not in the known list: {shown}", int(lines), "lines")
            )
    return found


def by_person(con: "duckdb.DuckDBPyConnection") -> list[Finding]:
    """Findings that only a person's lines together show."""
    differ = ", ".join(f"count(*) filter ({field}_differs)" for field in PERSON)
    differs = ", ".join(
        f"min(nullif(trim({field}), '')) <> max(nullif(trim({field}), '')) as {field}_differs"
        for field in PERSON
    )
    [numbers] = con.execute(
        f"select {differ} from (select {differs} from records where trim(SUBJECT_ID) <> ''"
        " group by trim(SUBJECT_ID))"
    ).fetchall()
    found = [
        Finding(ALL_FILES, field, "values that differ within a person", number, "people")
        for field, number in zip(PERSON, numbers, strict=True)
    ]
    [(repeated,)] = con.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n from records group by hash({', '.join(USED)}))"
    ).fetchall()
    found.append(Finding(ALL_FILES, "-", "line that repeats another", int(repeated), "lines"))
    [(backwards,)] = con.execute(
        "select count(*) from (select trim(CNT_ORDER) < lag(trim(CNT_ORDER)) over"
        " (partition by trim(SUBJECT_ID) order by rowid) as goes_back from records"
        " where trim(SUBJECT_ID) <> '' and regexp_full_match(trim(CNT_ORDER), '[0-9]{12,}')) where goes_back"
    ).fetchall()
    found.append(Finding(ALL_FILES, "CNT_ORDER", "lines of a person out of order", backwards, "lines"))
    return [finding for finding in found if finding.number]
