"""What is published must not give away what is suppressed: here somebody tries to find it out.

The model's own SQL, as dbt compiles it, is run over made-up tables of people by group, and every suppressed
count is attacked in two ways: with the equations and inequalities that anyone knows to hold between the published
counts, and with knowledge of the whole rule, by listing every table that would be published in the same way.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import support
from cmr import project

COUNTS = ("people", "people_with_some_relief", "people_with_full_relief")
SMALLEST = 11

# People of one group with full relief, with some relief only, and without relief.
Group = tuple[int, int, int]


@pytest.fixture(scope="module")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Publisher"]:
    sql = support.compiled("county_public_summary", tmp_path_factory.mktemp("compiled"))
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as warehouse")
        con.execute(
            "create table warehouse.main.county_demographics (county varchar, policy varchar, dimension varchar,"
            " group_name varchar, people bigint, people_with_some_relief bigint, people_with_full_relief bigint)"
        )
        con.execute(
            "create table warehouse.main.county_impact (county varchar, policy varchar, subjects bigint,"
            " subjects_with_some_relief bigint, subjects_no_conviction bigint, convictions_decided bigint,"
            " dismissals bigint, reductions bigint)"
        )
        seed = project.root() / "seeds" / "parameters.csv"
        con.execute(f"create table warehouse.main.parameters as from read_csv('{seed}', all_varchar = true)")
        yield Publisher(con, sql)


class Publisher:
    """The model, over tables of its input that a test fills."""

    def __init__(self, con: duckdb.DuckDBPyConnection, sql: str) -> None:
        self.con = con
        self.sql = sql

    def fill(self, demographics: str, **values: Any) -> None:
        """Fills the input from a query with county, dimension, group_name and the three counts."""
        self.con.execute("delete from warehouse.main.county_demographics")
        self.con.execute("delete from warehouse.main.county_impact")
        self.con.execute(
            "insert into warehouse.main.county_demographics by name"
            f" select *, 'county_criteria' as policy from ({demographics})",
            values or None,
        )
        self.con.execute(
            "insert into warehouse.main.county_impact"
            " select distinct county, 'county_criteria', sum(people), sum(people_with_some_relief),"
            " sum(people_with_full_relief), sum(people), sum(people_with_some_relief), 0"
            " from warehouse.main.county_demographics group by county, dimension"
        )

    def __call__(self, dimensions: dict[str, list[Group]]) -> dict[str, dict[str, tuple[int | None, ...]]]:
        """What is published of one county: by dimension and group name the three counts, None if suppressed."""
        rows = [
            (dimension, f"group {i}", a + b + c, a + b, a)
            for dimension, groups in dimensions.items()
            for i, (a, b, c) in enumerate(groups)
        ]
        self.fill(
            "select 'ALPINE' as county, row[1] as dimension, row[2] as group_name, cast(row[3] as bigint) as people,"
            " cast(row[4] as bigint) as people_with_some_relief, cast(row[5] as bigint) as people_with_full_relief"
            " from (select unnest($rows) as row)",
            rows=[list(map(str, row)) for row in rows],
        )
        published: dict[str, dict[str, tuple[int | None, ...]]] = {}
        for dimension, group, *counts in self.con.execute(
            f"select dimension, group_name, {', '.join(COUNTS)} from ({self.sql})"
        ).fetchall():
            published.setdefault(dimension, {})[group] = tuple(counts)
        return published


def counts_of(group: Group) -> tuple[int, int, int]:
    a, b, c = group
    return a + b + c, a + b, a


def bounds(
    total: tuple[int | None, ...], groups: list[tuple[int | None, ...]], group: int, count: int
) -> tuple[float, float]:
    """The least and the most that a count of a group can be, for all that is published of one dimension.

    Unknowns are the three disjoint kinds of people in each group, none of them less than nobody; each published
    count is an equation over one group, each published total one over all of them.
    """
    equations, values = [], []

    def kinds(of: list[int], count: int) -> list[int]:
        # the first kind has full relief; the first two have some; all three are people
        return [int(g in of and kind < 3 - count) for g in range(len(groups)) for kind in range(3)]

    for index in range(3):
        if total[index] is not None:
            equations.append(kinds(list(range(len(groups))), index))
            values.append(total[index])
        for g, counts in enumerate(groups):
            if counts[index] is not None:
                equations.append(kinds([g], index))
                values.append(counts[index])
    aim = kinds([group], count)
    found = []
    for sign in (1, -1):
        solved = linprog(
            [sign * x for x in aim], A_eq=equations or None, b_eq=values or None, bounds=(0, 10_000)
        )
        assert solved.success, solved.message
        found.append(sign * solved.fun)
    return found[0], found[1]


# Groups of every kind: small ones, ones in which nearly all have relief, nearly none, all, or none.
sizes = st.one_of(st.integers(0, 12), st.integers(0, 40), st.integers(0, 1000), st.just(0))
some_group = st.tuples(sizes, sizes, sizes).filter(any)
same_for_all = st.sampled_from([(0,), (1,), (2,), (0, 1), (1, 2), ()])


@st.composite
def tables(draw: st.DrawFn) -> list[Group]:
    """People by group; in some tables everyone has relief, or everyone with some relief has full relief."""
    empty = draw(same_for_all)
    groups = [
        tuple(0 if kind in empty else n for kind, n in enumerate(group))
        for group in draw(st.lists(some_group, min_size=1, max_size=7))
    ]
    return [(a, b, c) for a, b, c in groups if a + b + c] or [(1, 0, 0)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables())
def test_no_suppressed_count_can_be_worked_out(publish: Publisher, groups: list[Group]) -> None:
    published = publish({"race": groups})
    total = published["everyone"]["Everyone"]
    hidden = published["race"].pop("Not shown", None)
    assert hidden in (None, (None, None, None))
    assert (hidden is None) == (len(published["race"]) == len(groups))
    known = [published["race"].get(f"group {i}", (None, None, None)) for i in range(len(groups))]
    each = [counts_of(group) for group in groups]
    all_together = tuple(map(sum, zip(*each, strict=True)))
    for shown, true in zip([total, *known], [all_together, *each], strict=True):
        for index, count in enumerate(shown):
            if count is None:
                continue
            assert count == true[index] >= SMALLEST
            wholes = [true[whole] for whole in range(index) if shown[whole] is not None]
            assert not index or wholes
            assert all(not 1 <= whole - count < SMALLEST for whole in wholes)
    for g, index in itertools.product(range(len(groups)), range(3)):
        if known[g][index] is None:
            least, most = bounds(total, known, g, index)
            assert most - least >= SMALLEST - 1, (groups, g, COUNTS[index])


@pytest.mark.parametrize(
    ("groups", "most", "kinds", "attacked"),
    [
        pytest.param(3, 80, "a = n and b = 0", (0,), id="people of three groups"),
        pytest.param(2, 44, "a = 0", (0, 1), id="some relief in two groups"),
        pytest.param(2, 44, "a + b = n", (0, 2), id="full relief in two groups"),
        pytest.param(2, 26, "true", (0, 1, 2), id="relief of all kinds in two groups"),
    ],
)
def test_knowing_the_rule_does_not_help(
    publish: Publisher, groups: int, most: int, kinds: str, attacked: tuple[int, ...]
) -> None:
    """Every table there is of up to so many people: those published alike leave open what each hidden count is."""
    names = [f"g{i}" for i in range(groups)]
    publish.con.execute(
        f"""
        create or replace temp table possible as
        with one as (
            select n as people, a + b as relieved, a as cleared
            from range(1, {most}) as n(n), range(0, {most}) as a(a), range(0, {most}) as b(b)
            where a + b <= n and {kinds}
        )
        select row_number() over () as county, *
        from {", ".join(f"(select people as {g}_0, relieved as {g}_1, cleared as {g}_2 from one)" for g in names)}
        where {" + ".join(f"{g}_0" for g in names)} <= {most}
        """
    )
    publish.fill(
        " union all ".join(
            f"select cast(county as varchar) as county, 'race' as dimension, '{g}' as group_name,"
            f" {g}_0 as people, {g}_1 as people_with_some_relief, {g}_2 as people_with_full_relief from possible"
            for g in names
        )
    )
    row = ", ".join(f"coalesce(cast({count} as varchar), '-')" for count in COUNTS)
    cells = [(g, i) for g in names for i in attacked]
    shown = [f"max({COUNTS[i]}) filter (where group_name = '{g}') as shown_{g}_{i}" for g, i in cells]
    widths = [f"any_value(shown_{g}_{i}), max({g}_{i}) - min({g}_{i})" for g, i in cells]
    narrowest = {cell: most for cell in cells}
    for _, *found in publish.con.execute(
        f"""
        with published as (
            select
                cast(county as bigint) as county,
                string_agg(concat_ws(' ', group_name, {row}), '; ' order by dimension, group_name) as looks,
                {", ".join(shown)}
            from ({publish.sql})
            group by county
        )
        select looks, {", ".join(widths)}
        from published inner join possible on published.county = possible.county
        group by looks
        """
    ).fetchall():
        for cell, count, width in zip(cells, found[::2], found[1::2], strict=True):
            if count is None:
                narrowest[cell] = min(width, narrowest[cell])
    assert min(narrowest.values()) >= 7, narrowest
