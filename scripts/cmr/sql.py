"""What all of the command's SQL shares: the texts of its queries, their rows, and values inside a statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

QUERIES = Path(__file__).parent / "queries"


def query(name: str, **parts: str) -> str:
    """The text of queries/NAME.sql; `name` is a command or a room, and what is asked: explain/people.

    `parts` are pieces of SQL for the names that the text has in braces: a list of columns, or a condition.
    """
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    for part, piece in parts.items():
        text = text.replace(f"{{{{ {part} }}}}", piece)
    return text


def rows(
    con: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    answer = con.execute(query, values or None)
    names = [name for name, *_ in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def quote(value: object) -> str:
    """A value inside a statement that takes no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
