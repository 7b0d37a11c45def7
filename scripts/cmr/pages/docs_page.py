"""What `cmr docs` adds to dbt's page: the rows of the seeds, lists of tables and policies, and what dbt leaves blank.

It is added to the manifest inside the page, not to the project: every run reads the project's own manifest, and
would pay for text that only a reader of the page needs.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cmr import project
from cmr.law import criteria, policy_docs

Row = dict[str, str]
Manifest = dict[str, Any]

# The lists of the seed statutes: a title, and how its rows are read.
LISTS = {
    "superstrike": (
        "Superstrikes, PC 667(e)(2)(C)(iv)",
        "Why a statute is on the list: the roman numeral is the clause of PC 667(e)(2)(C)(iv). (I) is a sexually"
        " violent offense, WIC 6600(b): by force, fear or threat; (IV) a homicide, 187 to 191.5, attempts included; (V)"
        " solicitation of murder; (VIII) an offense punishable by life or death. Pairs with a gang enhancement are"
        " superstrikes too: see the two lists after this one.",
    ),
    "gang_enhancement": (
        "Superstrikes as a pair: the gang enhancement",
        "A superstrike where the same person is convicted, in one cycle and event, of this and of a statute of the"
        " next list.",
    ),
    "gang_pair": (
        "Superstrikes as a pair: the offenses",
        "A superstrike only together with the enhancement of the list before.",
    ),
    "attempt_by_name": (
        "Offenses that are an attempt by their own definition",
        "ATT in the words of such a charge makes no attempt of it. The list is for reading charges: it gives no relief"
        " and bars none.",
    ),
    "pc290": (
        "Registrable sex offenses, PC 290(c)",
        "Attempts and conspiracies have the membership of their offense.",
    ),
    "registration": (
        "Statutes on sex offender registration",
        "No offenses of PC 290(c); but who is convicted of one is registered. It counts as a registration dated by the"
        " conviction.",
    ),
    "prop64": (
        "Prop 64 offenses, HS 11361.8",
        "A code that is missing in the text of a charge is read as HS.",
    ),
    "related_charge": (
        "Related charges",
        "Charges that some counties clear beside Prop 64: San Joaquin, Contra Costa and the what-if"
        " dismiss_all_prop64_and_related.",
    ),
    "potentially_related": (
        "Potentially related charges",
        "Charges that San Francisco asked to be shown where the cycle has an arrest for a Prop 64 offense"
        " (court_related_charges). The plea bargains that its own list flags are others: see the next list.",
    ),
    "plea_bargain": (
        "Plea bargains",
        "Charges that San Francisco's own list flags where the cycle has a Prop 64 charge (pilot_san_francisco).",
    ),
}

# The lists that a table is about, shown on its page too.
LISTS_OF_MODELS = {
    "fct_superstrikes": ("superstrike", "gang_enhancement", "gang_pair"),
    "fct_pc290_records": ("pc290", "registration"),
}

MEMBERSHIP = {"if_felony": "only as a felony"}

READING = (
    "A row without a subdivision covers every subdivision that has no row of its own, and none. `yes`: on the list."
    " `no`: not on it, though a reader might think so. `depends`: a fact that the extract does not hold decides, and a"
    " rule that asks is undecided unless something else settles it. `from` and `until` are the days on which the list"
    " began to name the statute and the code ceased to have it, where known: no rule compares them, and a conviction of"
    " any day counts."
)


def complete(manifest: Manifest) -> None:
    """Adds all of it to a manifest as dbt writes it."""
    for node in own(manifest["nodes"]):
        if node["resource_type"] == "seed":
            # The page names a seed's table in its example by this.
            node["identifier"] = node["alias"]
            node["description"] += "\n\n" + "\n\n".join(SEEDS.get(node["name"], rows_of)(node))
        if node["resource_type"] == "test" and not node["description"]:
            node["description"] = test_in_words(node)
        if node["name"] in LISTS_OF_MODELS:
            node["description"] += "\n\n" + "\n\n".join(statutes(node, LISTS_OF_MODELS[node["name"]]))
        # What tests read, the page would show as words in capitals without an explanation.
        node["meta"] = {key: value for key, value in node["meta"].items() if key == "interface_version"}
    for exposure in own(manifest["exposures"]):
        exposure["description"] += "".join(f"\n\n{line}" for line in files_in_words(exposure))
        exposure["meta"] = {}
    page = manifest["docs"][f"doc.{policy_docs.settings()['name']}.__overview__"]
    for place, lines in (
        ("public tables", public_tables(manifest)),
        ("policies", table(("policy", "what it is"), policies(manifest))),
        ("groups", table(("owner", "answers for"), groups(manifest))),
    ):
        page["block_contents"] = page["block_contents"].replace(f"[//]: # ({place})", "\n".join(lines))


def own(nodes: dict[str, Any]) -> list[Any]:
    return [node for node in nodes.values() if node["package_name"] == policy_docs.settings()["name"]]


# The seeds


def statutes_of(name: str) -> list[str]:
    """A list of the seed statutes: its title, how to read it, and its rows."""
    title, reading = LISTS[name]
    rows = [row for row in project.seed("statutes") if row["list"] == name]
    sections = [row["section"] for row in rows]
    lines = table(
        ("statute", "on the list", "attempts", "why", "citation", "from", "until"),
        (
            (
                statute(row, sections.count(row["section"]) > 1),
                MEMBERSHIP.get(row["membership"], row["membership"]),
                {"true": "count", "false": "do not count"}[row["includes_attempts"]],
                " ".join(part for part in (row["clause"], row["note"]) if part),
                row["citation"],
                row["effective_from"],
                row["effective_to"],
            )
            for row in rows
        ),
    )
    return [f"### {title}", reading, "\n".join(lines)]


def statute(row: Row, is_one_of_several: bool) -> str:
    """A statute as the law writes it, PC 261(a)(2), and the texts that the row is for."""
    subdivision = re.sub(r"^\([A-Z]+\)", lambda found: found[0].lower(), row["subdivision"])
    words = f"{row['code']} {row['section'].lower()}{subdivision}"
    literal = row["literal_contains"]
    if literal:
        return f"{words}, its words {'beginning with' if literal.startswith('^') else 'with'} {literal.lstrip('^')}"
    return words + (", otherwise" if is_one_of_several and not subdivision else "")


def statutes(_: Any, names: Iterable[str] = LISTS) -> Iterator[str]:
    yield READING
    for name in names:
        yield from statutes_of(name)


def county_options(seed: Any) -> Iterator[str]:
    """What a county may choose, what holds where it states nothing, and who chose something else."""
    rows = project.seed("county_options")
    [default] = [row for row in rows if row["county"] == "default"]
    stated = [row for row in rows if row["county"] != "default"]
    yield (
        "### The options and their defaults\n\nThe default is the row `default`, which holds whole for every county"
        " without choices of its own. An option that a criteria file leaves out is off."
    )
    options = []
    for name, column in seed["columns"].items():
        if name not in ("county", "note"):
            key, _ = criteria.OPTIONS.get(name, (f"baselineEligibility.{name.partition('_')[0]}", False))
            values = may_be(key) if name in criteria.OPTIONS else "true or false"
            options.append((name, key, values, default[name], " ".join(column["description"].split())))
    yield "\n".join(table(("option", "in a criteria file", "values", "default", "meaning"), options))
    who = ", ".join(row["county"].title() for row in stated) or "none"
    yield f"Counties with choices of their own: {who}. {default['note']}."
    yield from rows_of({"name": "county_options"}, stated) if stated else ()


def may_be(option: str) -> str:
    """The values of an option, as the check of a criteria file says what it wants."""
    schema: dict[str, Any] = project.schema("criteria")
    found = schema["properties"]["additionalRelief"]["properties"][option]
    if "$ref" in found:
        found = schema["$defs"][found["$ref"].rpartition("/")[2]]
    return str(found["description"])


def rows_of(seed: Any, rows: list[Row] | None = None) -> list[str]:
    """All rows of a seed."""
    rows = project.seed(seed["name"]) if rows is None else rows
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    return ["### The rows", "\n".join(table(names, ([row[name] for name in names] for row in rows)))]


SEEDS: dict[str, Callable[[Any], Iterable[str]]] = {"statutes": statutes, "county_options": county_options}


# The first page


def public_tables(manifest: Manifest) -> list[str]:
    models = [node for node in own(manifest["nodes"]) if node["resource_type"] == "model"]
    public = sorted((node for node in models if node["access"] == "public"), key=lambda node: node["name"])
    return table(
        ("table", "layer", "version", "what it is"),
        (
            (
                link(node),
                node["fqn"][1],
                str(node["version"] or node["meta"].get("interface_version", 1)),
                first_sentence(node["description"]),
            )
            for node in public
        ),
    )


def policies(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for policy in policy_docs.policies():
        node = manifest["nodes"][f"model.{policy_docs.settings()['name']}.{policy['policy']}"]
        yield link(node), f"{policy['title']}. {policy['description']}"


def groups(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for group in own(manifest["groups"]):
        yield group["owner"]["name"], " ".join(group["description"].split())


def link(node: Any) -> str:
    return f"[{node['name']}](#!/model/{node['unique_id']})"


def first_sentence(text: str) -> str:
    return re.split(r"(?<=\w)[.](?:\s|$)", " ".join(text.split()), maxsplit=1)[0] + "."


# What dbt leaves blank


def test_in_words(test: Any) -> str:
    """What a data test holds, where its yml says nothing: dbt's own, and those whose name says it."""
    metadata = test["test_metadata"]
    given = metadata["kwargs"]
    of = f"`{test['attached_node'].split('.')[2]}`"
    column = f"`{test['column_name']}` of {of}"
    said = {
        "not_null": lambda: f"{column} is never null.",
        "unique": lambda: f"No two rows of {of} have the same `{test['column_name']}`.",
        "accepted_values": lambda: f"{column} is null or one of: {', '.join(map(str, given['values']))}.",
        "relationships": lambda: (
            f"Each value of {column} is one of `{given['field']}` of {called(given['to'])}, or null."
        ),
        "unique_combination": lambda: f"No two rows of {of} have the same {', '.join(given['columns'])}.",
        "expression_is_true": lambda: f"{column} is `{given['expression']}` in every row.",
    }
    return said[metadata["name"]]()


def called(reference: str) -> str:
    return "`" + ".".join(re.findall(r"'([^']+)'", reference)) + "`"


def files_in_words(exposure: Any) -> Iterator[str]:
    meta = exposure["meta"]
    if meta.get("files"):
        folder = "Files, in the folder of a run or of its county"
        yield f"{folder}: {', '.join(f'`{name}`' for name in meta['files'])}."
    if meta.get("internal"):
        names = ", ".join(f"`{name}`" for name in meta["internal"])
        yield f"It also reads models that are not public and may change without notice: {names}."


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table in Markdown."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]
