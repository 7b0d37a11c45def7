"""Reads extract files into a warehouse while dbt is not ready yet: importing it and loading its models takes seconds.

What is run is the SQL of the raw layer's models, rendered without dbt, so that a run reads as `dbt build` does.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.progress import timed

if TYPE_CHECKING:
    import duckdb

REJECTS = "raw_reader_rejects"
FIELDS = "raw_extract_fields"
BEFORE_FIELDS = ("raw_extract_lines", "raw_extract_files", "raw_odd_lines", "raw_reassembled_lines")
VIEWS = ("raw_extract_records", "raw_doj__extract", "raw_line_numbers")
MODELS = (*BEFORE_FIELDS, FIELDS, *VIEWS)
# The files of macros/engine that these models need.
MACROS = ("read_extract", "records", "files")


class Reading:
    """The reading of extract files, begun at once and side by side with what the caller does next.

    `line_files`: whether the run writes files of lines, for which the text of every line is kept; `seconds` has what each model took, the others beside it.
    """

    def __init__(
        self, con: "duckdb.DuckDBPyConnection", files: Sequence[dict[str, str]], line_files: bool = True
    ) -> None:
        self.con = con
        self.line_files = line_files
        self.begin(files)

    def begin(self, files: Sequence[dict[str, str]]) -> None:
        self.files = files
        self.seconds: dict[str, float] = {}
        self.cursors = [self.con.cursor(), self.con.cursor()]
        self.con.execute("set preserve_insertion_order = true")
        pool = ThreadPoolExecutor(max_workers=3)
        # Mostly every line is a record: its fields are read beside the lines, before that is known.
        lines = pool.submit(self.make, self.cursors[0], BEFORE_FIELDS, True)
        fields = pool.submit(self.make, self.cursors[1], [FIELDS], True)
        self.whole = pool.submit(self.finish, lines, fields)
        pool.shutdown(wait=False)

    def make(
        self, cursor: "duckdb.DuckDBPyConnection", models: Sequence[str], every_line_is_a_record: bool
    ) -> None:
        def header_line_ids() -> list[int]:
            query = "select first_line_id from raw_extract_files where has_header order by first_line_id"
            return [line_id for (line_id,) in cursor.execute(query).fetchall()]

        # Records that stand on several lines are put together from the texts.
        keep_texts = self.line_files or not every_line_is_a_record
        rendered = RawModels(self.files, every_line_is_a_record, keep_texts, header_line_ids)
        for model in models:
            with timed(self.seconds, model):
                for statement in rendered.statements(model):
                    cursor.execute(statement)

    def finish(self, lines: Future[None], fields: Future[None]) -> None:
        wait([lines, fields])
        lines.result()
        cursor = self.cursors[0]
        if self.read_as_fields(fields) and self.every_line_is_a_record():
            self.make(cursor, VIEWS, True)
        else:
            # Each line must be looked at: the reader stops at the first that it cannot read.
            for table in (*BEFORE_FIELDS, FIELDS):
                cursor.execute(f"drop table if exists {table}")
            # The other cursor has not met a line yet that the reader rejects.
            self.make(self.cursors[1], (*BEFORE_FIELDS, VIEWS[0], FIELDS, *VIEWS[1:]), False)
        # From here on rows are known by their keys, and may be handed on in any order.
        cursor.execute("set preserve_insertion_order = false")

    @staticmethod
    def read_as_fields(fields: Future[None]) -> bool:
        """Whether the engine's CSV reader took all lines for records; it stops at the first that it does not."""
        import duckdb

        try:
            fields.result()
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            return False
        return True

    def every_line_is_a_record(self) -> bool:
        """Whether row n of the fields is line n. A row that stands on several lines makes the rows fewer."""
        query = f"""
            select
                (select count(*) from raw_odd_lines) + (select count(*) from {REJECTS}) = 0
                and (select count(*) from raw_extract_lines) = (select count(*) from {FIELDS})
        """
        [(answer,)] = self.cursors[0].execute(query).fetchall()
        return bool(answer)

    def turn_to(self, files: Sequence[dict[str, str]]) -> None:
        """Reads these files: goes on if they are being read, and else begins anew."""
        if files == self.files:
            return
        self.stop()
        for model in (*MODELS, REJECTS):
            self.con.execute(f"drop {'view' if model in VIEWS else 'table'} if exists {model}")
        self.begin(files)

    def ended(self) -> None:
        """Returns when there is nothing more to read, or nothing more can be read."""
        wait([self.whole])

    def wait(self) -> None:
        """Returns when all of MODELS are made; raises duckdb.Error if one cannot be."""
        self.whole.result()

    def stop(self) -> None:
        """Ends what is still being read."""
        for cursor in self.cursors:
            cursor.interrupt()
        self.ended()
        for cursor in self.cursors:
            cursor.close()


class RawModels:
    """Renders models of the raw layer as dbt does for DuckDB, with the few of its functions that they use."""

    def __init__(
        self,
        files: Sequence[dict[str, str]],
        every_line_is_a_record: bool,
        keep_texts: bool,
        header_line_ids: Callable[[], list[int]],
    ) -> None:
        from jinja2 import Environment, StrictUndefined, pass_context

        self.config: dict[str, Any] = {}
        columns = project.extract_columns()
        header = f"(select unnest({columns}) as name, unnest(range(1, {len(columns) + 1})) as position)"

        @pass_context
        def dispatch(context: Any, name: str, package: str) -> Any:
            return context[f"duckdb__{name}"]

        self.environment = Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined)
        self.environment.globals |= {
            "adapter": SimpleNamespace(dispatch=dispatch),
            "config": lambda **config: self.config.update(config) or "",
            "env_var": lambda name, default: os.environ.get(name, default),
            "return": lambda value: value,
            "ref": lambda model: header if model == "doj_extract_columns" else relation(model),
            "source": lambda source, table: relation(table),
            "extract_files": lambda: files,
            "doj_columns": lambda: columns,
            "carried_columns": project.carried_columns,
            "every_line_is_a_record": lambda: every_line_is_a_record,
            "keeps_line_texts": lambda: keep_texts,
            "reader_tells_records": lambda: every_line_is_a_record,
            "header_line_ids": header_line_ids,
        }
        macros = "".join(read("macros", "engine", name) for name in MACROS)
        self.environment.globals |= vars(self.environment.from_string(macros).module)

    def statements(self, model: str) -> list[str]:
        """What makes the model's table or view, as its materialization does."""
        self.config = {"pre_hook": "", "post_hook": ""}
        query = self.render(read("models", "raw", model))
        kind = self.config.get("materialized", "table")
        made = [f"create {kind} {relation(model)} as {query}"]
        if stored_as := self.config.get("meta", {}).get("stored_as"):
            made = [f"create table {relation(model)} ({stored_as})", f"insert into {relation(model)} {query}"]
        statements = [self.render(self.config["pre_hook"]), *made, self.render(self.config["post_hook"])]
        return [statement for statement in statements if statement.strip()]

    def render(self, text: str) -> str:
        return self.environment.from_string(text).render()


def relation(name: str) -> str:
    """A table's or view's full name, as dbt writes it (profiles.yml)."""
    return f'"warehouse"."main"."{name}"'


def read(*names: str) -> str:
    return project.root().joinpath(*names).with_suffix(".sql").read_text(encoding="utf-8")
