"""Write a synthetic CA DOJ extract of any size.

Every field of the 95 is filled the way real extracts have it (`generate.sql`, words in
`generate_vocabulary.sql`), and everything in it is invented. The same arguments give the same bytes, on any
number of threads: all that looks random is a function of the seed and of the person, cycle, event, count or
line that it is about.
"""

from __future__ import annotations

import csv
import dataclasses
import difflib
import itertools
import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmr import engine
from cmr.errors import CmrError
from cmr.project import OFFLINE
from cmr.workplace import put_in_place, work_folder

if TYPE_CHECKING:
    import duckdb

HERE = Path(__file__).parent
COLUMNS_SEED = HERE.parents[1] / "seeds" / "doj_extract_columns.csv"
EARLIEST = date(1965, 1, 1)
# People made at a time by one thread, about 25,000 lines, and the most threads: what bounds the memory.
BATCH = 2_500
MOST_THREADS = 4
# About: only a first guess at how many people a file has room for.
LINES_A_PERSON = 9
# Numbers of people who have one line each start beyond the last batch of a file that nobody will ask for.
NOBODY = 2**31


def share(default: float, help: str) -> float:
    """A field of Shares: its default and what it is a share of."""
    return dataclasses.field(default=default, metadata={"help": help})


@dataclasses.dataclass(frozen=True)
class Shares:
    """How often each feature and each oddity occurs, from 0 (never) to 1 (always, where it can be).

    The defaults give a file that is like real ones; tests and demonstrations raise single shares.
    """

    # of people
    unknown_birth_date: float = share(0.01, "people whose date of birth is 00000000, YYYY0000 or blank")
    conflicting_person: float = share(
        0.01,
        "people whose later events carry another name, date of birth, gender and race",
    )
    recent_youth: float = share(
        0.01,
        "people first arrested at 14 to 17, between 5 and 3 years before the file ends",
    )
    deceased: float = share(0.03, "people with a DECEASED event, the last of their history")
    registration: float = share(
        0.01,
        "people with a `290 PC` REGISTRATION event; most have such an offense too",
    )
    drug_registration: float = share(0.02, "people with an `11590 HS` REGISTRATION event")
    applicant: float = share(0.08, "people with an APPLICANT event")
    # of cycles
    other_county: float = share(0.28, "cycles outside the county of the file")
    gang_pair: float = share(
        0.0005,
        "arrest cycles with PC 186.22(b)(4) and a felony that makes it a superstrike",
    )
    court_action: float = share(0.88, "arrest cycles that come before a court")
    custody: float = share(0.12, "cycles with a conviction that have a CUSTODY event")
    probation: float = share(0.15, "cycles with a conviction that have a PROBATION event")
    set_aside: float = share(
        0.02,
        "cycles with a conviction that a later court action sets aside under PC 1203.4",
    )
    missing_case_number: float = share(0.02, "cycles whose court lines have no case number")
    null_case_number: float = share(0.03, "cycles whose court lines have the case number NULL")
    # of events
    unknown_date: float = share(0.004, "events dated 00000000, YYYY0000, an impossible day, or not at all")
    future_date: float = share(0.0002, "court actions dated one to five years after the file ends")
    unknown_county: float = share(0.001, "events without a county")
    # of counts
    prop64: float = share(0.16, "counts that are a Prop 64 offense, besides the one that everybody has")
    related: float = share(0.1, "the other counts that are a related charge (PC 148, HS 11364, BP 4060 ...)")
    lookalike: float = share(
        0.012,
        "the other counts that resemble Prop 64 (HS 11357.5, 182/11359, 32/11360 ...)",
    )
    superstrike: float = share(0.006, "the other counts that are a superstrike, PC 667(e)(2)(C)(iv)")
    registrable: float = share(0.006, "the other counts that are a PC 290(c) offense")
    depends: float = share(
        0.004,
        "the other counts whose statute alone does not say whether they are on those lists",
    )
    plea_bargain: float = share(0.03, "Prop 64 counts that the court takes as PC 32, HS 11366 or 11366.5")
    convicted: float = share(0.72, "counts before a court that end in a conviction")
    several_case_numbers: float = share(
        0.05,
        "every second count of a court action: a case number of its own",
    )
    unknown_level: float = share(0.02, "counts with a blank CONV_STAT_DESCR, and N or blank as OFFENSE_TOC")
    unusual_level: float = share(0.01, "counts whose level is drawn without regard to the law")
    level_in_toc_only: float = share(0.05, "counts with a blank CONV_STAT_DESCR and the level in OFFENSE_TOC")
    life_sentence: float = share(0.002, "felony counts sentenced to LIFE")
    long_sentence: float = share(0.02, "felony counts sentenced to 8 to 25 years")
    unknown_sentence: float = share(
        0.005,
        "convictions with a sentence part that has no length, unit or known unit",
    )
    set_off_code: float = share(
        0.01,
        "charges before a court with the code behind a comma, a dash or an underscore, or in brackets",
    )
    attempt_in_words: float = share(
        0.2, "attempts before a court as `664 11359 HS`, or with ATT in the literal only"
    )
    two_statutes: float = share(0.003, "charges before a court that name a second statute behind a slash")
    doubtful_charge: float = share(
        0.003,
        "charges before a court that cannot be read, or only with doubt (`1 CT 11359 HS`, no code, another code)",
    )
    relief_entry: float = share(
        0.01, "convictions with a further line of the count that says how they were relieved"
    )
    charge_in_comment: float = share(
        0.02,
        "counts whose charge stands in COMMENT_TEXT, OFFENSE_DESCR saying nothing",
    )
    # of lines
    comment_names_prop64: float = share(
        0.01,
        "lines whose comment names a Prop 64 section besides the offense",
    )
    remark: float = share(0.08, "lines with another comment")
    padded: float = share(0.05, "lines whose event type, disposition and level end in blanks")
    white_space: float = share(
        0.002, "lines whose charge, date and level stand between tabs or no-break spaces"
    )
    null_word: float = share(
        0.005, "lines with the word NULL where the date of birth, the level or the unit is blank"
    )
    repeated_line: float = share(0.001, "lines that stand there twice, with another RECORD_ID")
    blank_subject_id: float = share(0.0002, "lines without a SUBJECT_ID")
    short_count_order: float = share(0.0002, "lines whose CNT_ORDER has fewer than 12 digits")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= 1:
                raise CmrError(f"share {field.name}: {value} is not between 0 and 1", status=2)

    @classmethod
    def parse(cls, settings: Sequence[str]) -> Shares:
        """The default shares, changed by settings of the form name=value."""
        names = [field.name for field in dataclasses.fields(cls)]
        values = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in names:
                nearest = difflib.get_close_matches(name, names, n=3) or names
                raise CmrError(f"unknown share {name!r}; there is {', '.join(nearest)}", status=2)
            try:
                values[name] = float(value)
            except ValueError:
                raise CmrError(f"share {name}: {value!r} is not a number", status=2) from None
        return cls(**values)


def generate(
    out: Path,
    *,
    lines: int,
    county: str,
    seed: int,
    header: bool = True,
    shares: Shares | None = None,
    until: date = date(2019, 12, 31),
    also: Sequence[str] = (),
    force: bool = False,
    threads: int | None = None,
) -> None:
    """Write exactly `lines` lines of a synthetic extract (and a header) to `out`, complete or not at all.

    county: the county that the file is for; most cycles take place there.
    also: counties where half of the cycles elsewhere take place; the rest is spread over all by population.
    until: no event is later. threads: how many to use, 4 or all cores if None; it does not change the file.
    """
    if lines < 1:
        raise CmrError("lines: at least 1", status=2)
    if until.year < EARLIEST.year + 5:
        raise CmrError(f"until: {until} is too early, histories start in {EARLIEST.year}", status=2)
    if out.exists() and not force:
        raise CmrError(f"{out} exists; --force replaces it", status=2)
    if not out.parent.is_dir():
        raise CmrError(f"{out.parent} is not a folder", status=2)

    import duckdb

    with work_folder(out.resolve(), private=False) as folder:
        try:
            whole = _whole(
                folder,
                lines,
                county,
                {"seed": str(seed), "until": until, **dataclasses.asdict(shares or Shares())},
                header,
                also,
                threads or min(os.cpu_count() or 1, MOST_THREADS),
            )
        except duckdb.IOException as error:
            raise CmrError(f"{out} could not be written: {error}") from error
        put_in_place(whole, out.resolve())


def _whole(
    folder: Path,
    lines: int,
    county: str,
    settings: dict[str, object],
    header: bool,
    also: Sequence[str],
    workers: int,
) -> Path:
    """The whole file, made in `folder`."""
    import duckdb

    columns = _column_names()
    whole = folder / "whole"
    limits: dict[str, str | int] = {
        "threads": workers,
        "memory_limit": "2GB",
        "temp_directory": engine.place(folder / "tmp"),
    }
    with duckdb.connect(config=OFFLINE | limits) as con, whole.open("wb") as file:
        # The lines of a file are sorted by an explicit key: insertion order need not be kept on the way.
        con.execute("set preserve_insertion_order = false")
        _prepare(con, county, also)
        if header:
            file.write((",".join(columns) + "\n").encode())
        for part in _parts(con, folder, settings, columns, lines, workers):
            with part.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
            part.unlink()
    return whole


def _column_names() -> list[str]:
    with COLUMNS_SEED.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def _prepare(con: duckdb.DuckDBPyConnection, county: str, also: Sequence[str]) -> None:
    """Create the vocabulary, for a county and the counties that stand beside it."""
    wanted = [name.strip().upper() for name in (county, *also)]
    con.execute("set variable county = ?", [wanted[0]])
    con.execute("set variable also_counties = cast(? as varchar[])", [sorted(set(wanted[1:]) - {wanted[0]})])
    con.execute((HERE / "generate_vocabulary.sql").read_text(encoding="utf-8"))
    known = [row[0] for row in con.execute("select name from counties").fetchall()]
    for name in wanted:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=3)
            hint = f"; the nearest: {', '.join(nearest)}" if nearest else ""
            raise CmrError(f"{name!r} is not a county of California{hint}", status=2)


def _parts(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    settings: dict[str, object],
    columns: list[str],
    lines: int,
    workers: int,
) -> Iterator[Path]:
    """The file in parts, one for each batch of people, in order; together exactly `lines` lines."""
    [(county,)] = con.execute("select getvariable('county')").fetchall()
    batch = min(BATCH, 10 + lines // LINES_A_PERSON)
    made = batch * LINES_A_PERSON
    script = (HERE / "generate.sql").read_text(encoding="utf-8")
    order = "sort_person, sort_cycle, sort_event, sort_count, sort_part"

    def make(first: int, last: int, one_line_from: int = NOBODY) -> tuple[duckdb.DuckDBPyConnection, int]:
        """The connection that holds a batch of people, and how many lines they have."""
        cursor = con.cursor()
        variables = {
            **settings,
            "county": county,
            "first_person": first,
            "last_person": last,
            "one_line_from": one_line_from,
        }
        for name, value in variables.items():
            cursor.execute(f"set variable {name} = ?", [value])
        cursor.execute(script)
        [(made,)] = cursor.execute("select count(*) from lines").fetchall()
        return cursor, made

    def write(cursor: duckdb.DuckDBPyConnection, first: int, last: int) -> Path:
        part = folder / str(first)
        # comment '': otherwise DuckDB quotes the # of the segment separators
        cursor.execute(
            f"copy (select {', '.join(columns)} from extract_lines"
            f" where sort_person <= {last} order by {order})"
            f" to {engine.literal(part)} (format csv, header false, comment '')"
        )
        return part

    def make_and_write(first: int) -> tuple[duckdb.DuckDBPyConnection, int, Path]:
        last = first + batch - 1
        cursor, made = make(first, last)
        return cursor, made, write(cursor, first, last)

    pool = ThreadPoolExecutor(workers)
    try:
        firsts = itertools.count(1, batch)
        waiting: deque[tuple[int, Any]] = deque()
        while True:
            # two batches ahead for each thread, so that none waits for the one in front,
            # but hardly one that the file has no room for
            while len(waiting) < 2 * workers and (not waiting or len(waiting) * made * 0.9 < lines):
                following = next(firsts)
                waiting.append((following, pool.submit(make_and_write, following)))
            first, batch_made = waiting.popleft()
            cursor, made, part = batch_made.result()
            if made > lines:
                break
            lines -= made
            yield part
            cursor.close()
            if not lines:
                return
        # The people who fit, and then as many people with one line as lines are left.
        last, room = cursor.execute(
            "select coalesce(max(person), ?), ? - coalesce(max(total), 0) from ("
            " select person, sum(count(*)) over (order by person) as total from lines group by person"
            ") where total <= ?",
            [first - 1, lines, lines],
        ).fetchone()
        yield write(cursor, first, last)
        cursor.close()
        if room:
            cursor, _ = make(last + 1, last + room, last + 1)
            yield write(cursor, last + 1, last + room)
            cursor.close()
    finally:
        pool.shutdown(cancel_futures=True)


def command(
    lines: Annotated[int, typer.Option(min=1, help="Lines to write, the header not counted.")],
    county: Annotated[str, typer.Option(help="The county that the file is for.")],
    out: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    seed: Annotated[int, typer.Option(help="Another seed, another file.")] = 1,
    header: Annotated[bool, typer.Option(help="Whether the first line names the columns.")] = True,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="No event is later than this date.")
    ] = datetime(2019, 12, 31),
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="How often something occurs, 0 to 1; may be repeated. Names: "
            + ", ".join(field.name for field in dataclasses.fields(Shares)),
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COUNTY", help="A county where more of the other cycles take place; may be repeated."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a synthetic extract: no real person's data, the same bytes for the same options."""
    generate(
        out,
        lines=lines,
        county=county,
        seed=seed,
        header=header,
        shares=Shares.parse(share or []),
        until=until.date(),
        also=also or (),
        force=force,
    )
    print(f"{lines:,} lines: {out}")
