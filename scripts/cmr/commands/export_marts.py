"""`cmr export-marts`: the researcher's marts of a run as Parquet, without people's identities, ready to be queried."""

import csv
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmr import engine, project, sql
from cmr.build import parsed_project, results, runner, warehouse
from cmr.errors import DONE
from cmr.terminal import Form, show_json
from cmr.workplace import check_folder, put_in_place, work_folder

READ_ME = """\
Marts of a Clear My Record run without people's identities: no names, numbers or dates, ids drawn for this export only.
Still about people: rows are few for small counties and rare groups. Keep them under the agreement that you got them
under, and publish no count of 1 to {largest_hidden} people, nor one that can be worked out from others.

data_dictionary.md, data_dictionary.csv   every column: meaning, unit, source
research_*/county=NAME/*.parquet          the marts
views.sql                                 makes them queryable:  duckdb -init views.sql
analyses/*.sql                            worked questions:      duckdb -init views.sql < analyses/NAME.sql
"""


@dataclass(frozen=True)
class Exported:
    """Where the marts lie, and the rows of each."""

    folder: Path
    rows: dict[str, int]


def export_marts(run: Path, out: Path, form: Form = "text") -> int:
    """Writes the marts, shows their rows and returns the exit status; raises CmrError if it fails."""
    show(ask(run, out), form)
    return DONE


def ask(run: Path, out: Path) -> Exported:
    """Writes the marts of the run's counties to the new folder `out`.

    `run` is the folder of a run. Raises CmrError if it has no warehouse, `out` holds something or cannot be written.
    """
    file = results.warehouse_file(run)
    out = check_folder(out)
    with work_folder(out) as work:
        marts, analyses = compiled(work)
        output = work / "output"
        output.mkdir()
        rows = write_marts(file, output, marts, work / "tmp")
        write_dictionary(output, marts)
        write_queries(output, marts, analyses)
        (output / "README.txt").write_text(read_me(), encoding="utf-8")
        put_in_place(output, out)
    return Exported(out, rows)


def show(exported: Exported, form: Form) -> None:
    """Shows the rows of each mart."""
    if form == "json":
        show_json(exported)
        return
    for mart, rows in exported.rows.items():
        print(f"{mart}: {rows:,} rows")
    print(f"Files: {exported.folder}")


def read_me() -> str:
    """The text that goes with the marts."""
    return READ_ME.format(largest_hidden=int(project.parameter("smallest_published")) - 1)


def compiled(folder: Path) -> tuple[list[Any], list[Any]]:
    """The nodes of the marts and of the analyses, with their SQL over any run's warehouse; dbt works in `folder`."""
    with runner.environment(**runner.places(folder / "warehouse.duckdb")):
        manifest = parsed_project.load_manifest(folder)
        command = ["compile", "--select", f"tag:{warehouse.RESEARCH}", "resource_type:analysis"]
        runner.check(runner.invoke(command, folder, manifest))
    nodes = sorted(manifest.nodes.values(), key=lambda node: node.name)
    return (
        [node for node in nodes if str(node.resource_type) == "model" and warehouse.RESEARCH in node.tags],
        [node for node in nodes if str(node.resource_type) == "analysis"],
    )


def write_marts(file: Path, folder: Path, marts: list[Any], spill: Path) -> dict[str, int]:
    """Writes each mart, a folder for each county, in the order of ids, which tells nothing of the extract's order."""
    rows = {}
    with results.opened(file, spill) as con:
        con.execute("set variable export_salt = ?", [secrets.token_hex(32)])
        (county,) = con.execute("select run_county from run_settings").fetchall()[0]
        for mart in marts:
            query = f"""
                select * from ({mart.compiled_code})
                where {sql.quote(county)} in (county, 'all')
                order by all
            """
            written = con.execute(
                f"copy ({query}) to {engine.literal(folder / mart.name)} (format parquet, partition_by (county))"
            )
            [(rows[mart.name],)] = written.fetchall()
            (folder / mart.name).mkdir(exist_ok=True)
    return rows


def write_dictionary(folder: Path, marts: list[Any]) -> None:
    """Writes what every column of the marts means, for people and for programs."""
    lines = ["# Data dictionary", ""]
    with (folder / "data_dictionary.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["mart", "column", "type", "description"])
        for mart in marts:
            lines += [f"## {mart.name}", "", sentence(mart.description), ""]
            lines += ["| column | type | meaning |", "|---|---|---|"]
            for column in mart.columns.values():
                meaning = sentence(column.description)
                table.writerow([mart.name, column.name, column.data_type, meaning])
                lines.append(f"| {column.name} | {column.data_type} | {meaning.replace('|', '/')} |")
            lines.append("")
    (folder / "data_dictionary.md").write_text("\n".join(lines), encoding="utf-8")


def write_queries(folder: Path, marts: list[Any], analyses: list[Any]) -> None:
    """Writes the analyses, and the views that stand for the run's warehouse in them."""
    # hive_types_autocast would make dates and numbers of what looks like one; no county does, and none shall.
    views = ["attach ':memory:' as warehouse;", "use warehouse;"]
    views += [
        f"create view {mart.name} as select * from read_parquet("
        f"'{mart.name}/*/*.parquet', hive_partitioning = true, hive_types_autocast = false);"
        for mart in marts
    ]
    (folder / "views.sql").write_text("\n".join(views) + "\n", encoding="utf-8")
    (folder / "analyses").mkdir()
    for analysis in analyses:
        query = f"{analysis.compiled_code.strip()};\n"
        (folder / "analyses" / f"{analysis.name}.sql").write_text(query, encoding="utf-8")


def sentence(text: str) -> str:
    return " ".join(text.split())
