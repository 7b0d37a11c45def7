"""Compares what the files of a run hold with what the warehouse has for them.

The layers among themselves are compared by the model county_summaries/reconciliation; both accounts go into
the manifest. Nothing is decided here: the numbers are counted by SQL where they stand, and must agree.
"""

from typing import TYPE_CHECKING, Any

from cmr import sql
from cmr.errors import CmrError
from cmr.files.exports import Written
from cmr.sources.ca_doj_extract.inspection import Extract

if TYPE_CHECKING:
    import duckdb


def reconcile(
    con: "duckdb.DuckDBPyConnection", inspected: list[Extract], written: Written
) -> list[dict[str, Any]]:
    """The whole account: files as bytes to lines, layer to layer, warehouse to the files written.

    Raises CmrError where something is missing without a cause.
    """
    query = "select file_name, lines from raw_extract_files"
    read = dict(con.execute(query).fetchall())
    account = [
        row("bytes to lines", "lines", extract.lines, read.get(extract.name, 0), {}, file=extract.name)
        for extract in inspected
    ]
    layers = con.execute(
        "select step, measure, entering, leaving, causes, policy from reconciliation"
        " order by step_order, policy"
    )
    for step, measure, entering, leaving, causes, policy in layers.fetchall():
        account.append(row(step, measure, entering, leaving, causes or {}, policy=policy))
    counties = list(dict.fromkeys(county for county, _ in written.rows))
    expected: dict[tuple[str, str], tuple[str, int, dict[str, int]]] = {}
    for county, file, measure, entering, cause, number in con.execute(
        sql.query("files/expected_rows"), {"counties": counties}
    ).fetchall():
        _, _, causes = expected.setdefault((county, file), (measure, entering, {}))
        causes |= {cause: number} if number else {}
    for county, file in sorted(expected, key=lambda of: counties.index(of[0])):
        measure, entering, causes = expected[county, file]
        rows = [
            rows
            for (of, name), rows in written.rows.items()
            if name == file and (of == county or county == "all")
        ]
        if rows:
            account.append(
                row("warehouse to file", measure, entering, sum(rows), causes, county=county, file=file)
            )
    for entry in account:
        if entry["unexplained"]:
            where = entry.get("file") or entry["step"]
            raise CmrError(
                f"{where}: {abs(entry['unexplained']):,} {entry['measure']}"
                f" {'missing' if entry['unexplained'] > 0 else 'too many'} without a cause;"
                " nothing was written"
            )
    return account


def row(
    step: str, measure: str, entering: int, leaving: int, causes: dict[str, int], **of: str | None
) -> dict[str, Any]:
    """One line of the account: so many enter the step and leave it, and what happened to the others."""
    return {
        "step": step,
        **{what: value for what, value in of.items() if value is not None},
        "measure": measure,
        "entering": int(entering),
        "leaving": int(leaving),
        "causes": causes,
        "unexplained": int(entering) - int(leaving) - sum(causes.values()),
    }
