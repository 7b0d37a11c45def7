"""Court papers and notices: PDFs from court_case_counts and court_updates.

Nothing is decided here. One paper that cannot be set does not stop the others: the index says so.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cmr import engine, project, settings, stopping, warehouse
from cmr.errors import DONE, SOMETHING_TO_LOOK_AT, CmrError, WrongCall
from cmr.progress import StageProgress
from cmr.typesetting import CannotBeSet, forget, set_pdf
from cmr.workplace import check_folder, put_in_place, work_folder

if TYPE_CHECKING:
    import duckdb

COURT_PAPERS, NOTICES = "Court_Papers", "Notices"
# Papers that a worker sets at a time: enough that handing them over costs nothing beside setting them.
BATCH = 25
# Counts in a volume of the list that belongs to an omnibus motion: about 25 pages.
VOLUME = 1000
# Characters of data from which on a paper costs more memory than is to be kept for the next.
LARGE = 100_000


# What the index says of a paper that is not there.
NOT_SET = "cannot be set: write this paper by hand"

# What the court gets: nothing yet, a motion and order for each case, or one for all cases together.
Kind = Literal["none", "cases", "omnibus"]


@dataclass(frozen=True)
class Wanted:
    """What papers to make. `office` is the county's settings, complete (cmr.settings.read)."""

    papers: Kind
    notices: bool
    office: dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """One PDF: where it goes, its template, and its data as JSON."""

    path: Path
    template: str
    data: str


# What is the same in the data of every paper of a county.
COMMON = """
    $county as county,
    $run_id as run_id,
    criteria_policy as policy,
    strftime(as_of_date, '%Y-%m-%d') as as_of
"""

# What the words of a motion depend on, of a group of counts.
TOTALS = """
    count(*) filter (where relief = 'dismissal') as dismissals,
    count(*) filter (where relief = 'reduction') as reductions,
    count(*) filter (where ground is null) as without_ground,
    coalesce(bool_or(contains(ground, '11361.8')), false) as cites_11361_8,
    coalesce(bool_or(contains(ground, '11361.9')), false) as cites_11361_9
"""

# A row for each paper: its file, what the index says of it, and its data.
CASES = f"""
    with counts as (
        select
            *,
            struct_pack(
                count := "count", statute := statute, offense := offense,
                disposition_date := strftime(disposition_date, '%m/%d/%Y'),
                current_level := current_level, relief := relief, ground := ground,
                case_numbers := nullif(case_numbers_of_event, case_number)
            ) as shown
        from court_case_counts
        where county = $county
    ),
    people as (
        select
            case_id,
            subject_key,
            struct_pack(
                name := any_value(name), cii_number := any_value(cii_number),
                date_of_birth := strftime(any_value(date_of_birth), '%m/%d/%Y'),
                counts := list(shown order by "count", conviction_id)
            ) as person
        from counts
        group by case_id, subject_key
    ),
    people_of_cases as (
        select case_id, list(person order by subject_key) as people
        from people
        group by case_id
    ),
    cases as (
        select case_id, any_value(court) as court, any_value(case_number) as case_number, {TOTALS}
        from counts
        group by case_id
    )
    select
        'Case_' || case_id || '.pdf' as file, 'case.typ' as template, $county as county, court, case_number,
        len(people) as people, dismissals, reductions, to_json(paper) as data
    from (
        select cases.*, people, {COMMON}
        from cases inner join people_of_cases using (case_id) cross join run_settings
    ) as paper
"""

# The list goes to volumes: a county may have 100,000 counts, and neither memory nor a court's filing system takes
# them in one PDF.
OMNIBUS = f"""
    with counts as (
        select
            *,
            row_number() over (order by case_number, subject_key, "count", conviction_id) as number,
            (number - 1) // {VOLUME} + 1 as volume
        from court_updates
        where county = $county
    ),
    totals as (
        select
            'Omnibus_Motion_and_Order.pdf' as file,
            'omnibus.typ' as template,
            max(volume) as volumes,
            count(distinct subject_key) as people,
            {TOTALS}
        from counts
        having count(*) > 0
    ),
    volumes as (
        select
            printf('Attachment_A_Volume_%04d.pdf', volume) as file,
            'attachment.typ' as template,
            volume,
            min(number) as first_number,
            count(distinct subject_key) as people,
            {TOTALS},
            list(
                struct_pack(
                    case_number := case_number, name := name,
                    date_of_birth := strftime(date_of_birth, '%m/%d/%Y'), statute := statute,
                    disposition_date := strftime(disposition_date, '%m/%d/%Y'),
                    current_level := current_level, relief := relief, ground := ground
                )
                order by number
            ) as counts
        from counts
        group by volume
    )
    select file, template, $county as county, people, dismissals, reductions, to_json(paper) as data
    from (select totals.*, {COMMON} from totals cross join run_settings) as paper
    union all
    select file, template, $county as county, people, dismissals, reductions, to_json(paper) as data
    from (
        select volumes.*, volumes, {COMMON}
        from volumes cross join (select volumes from totals) cross join run_settings
    ) as paper
"""

# A letter for each living person: for the dead, the court papers are all that is made.
PEOPLE = f"""
    with counts as (
        select
            *,
            struct_pack(
                court := court, case_number := case_number, statute := statute, offense := offense,
                disposition_date := strftime(disposition_date, '%m/%d/%Y'), relief := relief
            ) as shown
        from court_updates
        where county = $county and not is_deceased
    ),
    people as (
        select
            row_number() over (order by subject_key) as number,
            any_value(name) as name,
            any_value(cii_number) as cii_number,
            {TOTALS},
            list(shown order by "count", conviction_id) as counts
        from counts
        group by subject_key
    )
    select
        printf('Notice_%06d.pdf', number) as file, 'notice.typ' as template, $county as county, cii_number, name, dismissals, reductions,
        to_json(paper) as data
    from (select people.*, {COMMON} from people cross join run_settings) as paper
"""


def write(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    county: str,
    wanted: Wanted,
    *,
    run_id: str,
    begin: Callable[[str, int], None] = lambda what, papers: None,
    step: Callable[[int], None] = lambda papers: None,
) -> list[str]:
    """Writes a county's papers into new folders in `folder`, each with an index.csv of the papers in it.

    `begin` is told what is begun and how many papers it has, `step` how many more are done. Returns a remark on each
    folder that lacks papers because they cannot be set.
    """
    sets = []
    if wanted.papers == "cases":
        sets.append(("motions", CASES, folder / COURT_PAPERS, BATCH))
    if wanted.papers == "omnibus":
        sets.append(("omnibus motion", OMNIBUS, folder / COURT_PAPERS, 1))
    if wanted.notices:
        sets.append(("notices", PEOPLE, folder / NOTICES, BATCH))
    remarks = []
    for what, query, target, size in sets:
        target.mkdir()
        con.execute(f"create or replace temp table papers as {query}", {"county": county, "run_id": run_id})
        [(number, as_of)] = con.execute(
            "select (select count(*) from papers), as_of_date from run_settings"
        ).fetchall()
        begin(f"{county} {what}", number)
        rows = con.execute("select file, template, data from papers order by file")
        not_set = typeset(
            read_batches(rows, target, size), -(-number // size), Typesetter(wanted.office, as_of), step
        )
        index = f"""
            select
                * exclude (template, data),
                case when list_contains($not_set, file) then {text(NOT_SET)} end as remark
            from papers
            order by file
        """
        con.execute(
            f"copy ({index}) to {engine.literal(target / 'index.csv')} (format csv, header true)",
            {"not_set": not_set},
        )
        con.execute("drop table papers")
        if not_set:
            remarks.append(
                f"{county}: {len(not_set):,} of {number:,} papers in {target.name} cannot be set; the column remark"
                " of its index.csv says which"
            )
    return remarks


def write_later(run: Path, out: Path, kind: Kind, notices: bool, county_settings: Path | None) -> int:
    """`cmr papers`: writes papers of a finished run into a folder of their own, whole or not at all.

    Returns SOMETHING_TO_LOOK_AT if some paper cannot be set, else DONE.
    """
    import duckdb

    from cmr import exports

    if kind == "none" and not notices:
        raise WrongCall("--papers none without --notices: nothing to write")
    try:
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        county, run_id = manifest["county"], manifest["run_id"]
    except (OSError, ValueError, KeyError, TypeError):
        raise WrongCall(
            f"{run}: not the output folder of a run: it has no manifest.json with a run_id"
        ) from None
    wanted = Wanted(kind, notices, settings.read(county_settings, county))
    out = check_folder(out)
    remarks = []
    with work_folder(out) as work, StageProgress() as progress:
        output = work / "output"
        output.mkdir()
        try:
            with duckdb.connect(
                engine.place(run.resolve() / "warehouse.duckdb"), read_only=True, config=project.OFFLINE
            ) as con:
                con.execute("set temp_directory = ?", [engine.place(work / "tmp")])
                for name, folder in exports.county_folders(con, output, county).items():
                    folder.mkdir(exist_ok=True)
                    remarks += write(
                        con,
                        folder,
                        name,
                        wanted,
                        run_id=run_id,
                        begin=progress.stage,
                        step=lambda papers: progress.step(steps=papers),
                    )
        except duckdb.Error as error:
            raise CmrError(warehouse.plain("the papers cannot be written", str(error))) from error
        put_in_place(output, out)
    for remark in remarks:
        print(f"Note: {remark}")
    print(out)
    return SOMETHING_TO_LOOK_AT if remarks else DONE


def read_batches(rows: duckdb.DuckDBPyConnection, folder: Path, size: int) -> Iterator[list[Paper]]:
    """The papers of a query's rows (file, template, data), `size` at a time."""
    while batch := rows.fetchmany(size):
        yield [Paper(folder / name, template, data) for name, template, data in batch]


def text(value: object) -> str:
    """A text inside an SQL statement."""
    return "'" + str(value).replace("'", "''") + "'"


def typeset(
    batches: Iterator[list[Paper]], number: int, typesetter: Typesetter, step: Callable[[int], None]
) -> list[str]:
    """Sets `number` batches of papers: on every processor, with few batches in memory at a time.

    Returns the names of the files that cannot be set.
    """
    not_set: list[str] = []

    def done(batch: int, failed: list[str]) -> None:
        step(batch)
        not_set.extend(failed)

    if number <= 2:  # starting processes would take longer
        for batch in batches:
            done(len(batch), typesetter.set(batch))
        return not_set
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with stopping.held_back():
        pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=end_with_the_parent
        )
    try:
        waiting: deque[tuple[int, Future[list[str]]]] = deque()
        for batch in batches:
            with stopping.held_back():  # this is where processes start
                waiting.append((len(batch), pool.submit(typesetter.set, batch)))
            if len(waiting) > 3 * processes:
                papers, future = waiting.popleft()
                done(papers, future.result())
        for papers, future in waiting:
            done(papers, future.result())
    finally:
        pool.shutdown(cancel_futures=True)
    return not_set


def end_with_the_parent() -> None:
    """Ends this process when the parent is killed: it would wait for work forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(frozen=True)
class Typesetter:
    """Makes PDFs; `office` is the county's settings."""

    office: dict[str, Any]
    as_of: date

    def set(self, papers: list[Paper]) -> list[str]:
        """Writes the PDF of each paper, and returns the names of the files that cannot be set."""
        failed = []
        for paper in papers:
            try:
                pdf = set_pdf(paper.template, self.as_of, office=self.office, paper=json.loads(paper.data))
                paper.path.write_bytes(pdf)
            except CannotBeSet:
                failed.append(paper.path.name)
            if len(paper.data) > LARGE:
                forget()
        return failed
