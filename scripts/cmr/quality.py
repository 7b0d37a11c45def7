"""Writes Data_Quality.html: the table data_quality of the warehouse, to be read by people."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

TEXTS_SHOWN = 200


def write_report(con: "duckdb.DuckDBPyConnection", path: Path) -> None:
    """Writes the report of the run as one HTML file that needs no other; it names no person."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall()

    [(policy, county, decisions, open_decisions)] = rows(
        "select criteria_policy, run_county, count(conviction_id),"
        " count(*) filter (determination = 'Hand Review' and missing_facts is not null)"
        " from run_settings left join fct_decisions"
        " on policy = criteria_policy and run_county in ('all', county) group by all"
    )
    texts = rows(
        "select field, coalesce(value_as_written, 'in comments'), number from data_quality"
        " where part = 'texts' order by number desc, field, value_as_written"
    )
    lines: dict[str, list[tuple[Any, ...]]] = {}
    for file, *row in rows(
        "select file_name, field, finding, number, of_number from data_quality"
        " where part = 'lines' and number > 0 order by file_name, number desc, field, finding"
    ):
        lines.setdefault(file, []).append(tuple(row))
    templates = Environment(
        loader=PackageLoader("cmr"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = templates.get_template("data_quality.html").render(
        files=[name for (name,) in rows("select file_name from raw_extract_files order by file_id")],
        policy=policy,
        county="all counties" if county == "all" else county,
        decisions=decisions,
        open_decisions=open_decisions,
        history=rows(
            "select field, finding || ' (' || counted || ')', number, of_number, decisions_touched,"
            " decisions_that_could_change from data_quality where part = 'history' and number > 0"
            " order by decisions_that_could_change desc, decisions_touched desc, number desc, field, finding"
        ),
        nothing_found=[
            f"{finding} ({field})"
            for field, finding in rows(
                "select field, finding from data_quality where part = 'history' and number = 0"
                " order by field, finding"
            )
        ],
        texts=texts[:TEXTS_SHOWN],
        more_texts=len(texts[TEXTS_SHOWN:]),
        values=rows(
            "select field, coalesce(value_as_written, 'of fewer than five people'), number from data_quality"
            " where part = 'values' order by number desc, field, value_as_written"
        ),
        lines=lines,
    )
    path.write_text(html + "\n", encoding="utf-8")
