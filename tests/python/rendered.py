"""The project's SQL as plain SQL in an empty DuckDB, for tests with thousands of examples and no dbt run for each."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from cmr import project
from cmr.build import warehouse
from cmr.law import criteria

# What int_county_criteria takes from the variable run_criteria.
CRITERIA = [f"{action}_{section}" for action in ("dismiss", "reduce") for section in criteria.SECTIONS]
CRITERIA += list(criteria.OPTIONS)


@cache
def sql(template: str) -> str:
    """A text with Jinja in it, as dbt renders it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "tmp").mkdir()
        return warehouse.render(template, Path(folder) / "warehouse.duckdb")


@cache
def model(path: str) -> str:
    """The SQL of a model, by its path below models/."""
    return sql((project.root() / "models" / path).read_text(encoding="utf-8"))


def database() -> duckdb.DuckDBPyConnection:
    """An empty database under the name that the rendered SQL uses, with the seeds that classification reads."""
    con = duckdb.connect(config=project.OFFLINE)
    con.execute("attach ':memory:' as warehouse; use warehouse")
    for seed in ("statutes", "doj_extract_columns", "dispositions"):
        path = project.root() / "seeds" / f"{seed}.csv"
        con.execute(f"create table {seed} as from read_csv('{path}', all_varchar = true)")
    con.execute(
        "alter table statutes alter includes_attempts type boolean;"
        "alter table statutes alter includes_conspiracies type boolean;"
        "alter table dispositions alter row_order type integer"
    )
    return con


def classify(con: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> dict[str, dict[str, object]]:
    """What dim_offenses makes of each text."""
    con.execute("create or replace table int_charge_texts (charge_text varchar)")
    con.execute("insert into int_charge_texts select distinct unnest(?::varchar[])", [list(texts)])
    con.execute(
        f"create or replace table int_charge_statutes as {model('person_histories/int_charge_statutes.sql')}"
    )
    found = con.execute(model("person_histories/dim_offenses.sql"))
    names = [name for name, *_ in found.description]
    return {
        str(row[names.index("charge_text")]): dict(zip(names, row, strict=True)) for row in found.fetchall()
    }
