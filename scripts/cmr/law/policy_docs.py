"""The policies in words, for the dbt docs: doc blocks made from the seeds policies and rules, and the policies' SQL.

    python -m cmr.law.policy_docs        writes models/eligibility/policies/policies.md

dbt's descriptions are fixed text: written by hand, they would drift from the seeds. A test fails where the
committed file is not what the seeds give, and where an order is not that of the built models.
"""

import re
import textwrap
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from cmr import project

WIDTH = 110
Row = dict[str, str]

# What the macro reason_text fills in.
FILLED_IN = {
    "section": "the section of the conviction, 11357 to 11360",
    "statute": "the statute as the extract writes it, such as `148(A)(1) PC`",
    "age": "the age that the county chose",
    "years_since": "the years that the county chose",
    "years_crime_free": "the years that the county chose",
}


def path() -> Path:
    """The file with the doc blocks."""
    return project.root() / "models" / "eligibility" / "policies" / "policies.md"


def text() -> str:
    """The doc blocks: `policy_POLICY`, a policy and its rules in order; `POLICY__RULE`, one rule."""
    blocks = []
    for policy in policies():
        blocks.append(block(f"policy_{policy['policy']}", policy_in_words(policy)))
        blocks += [
            block(f"{rule['policy']}__{rule['rule_id']}", [paragraph(in_words(rule, ground(policy, rule)))])
            for rule in own_rules(policy["policy"])
        ]
    return "\n".join(blocks)


def policies() -> list[Row]:
    return sorted(project.seed("policies"), key=lambda policy: int(policy["policy_order"]))


def own_rules(policy: str) -> list[Row]:
    rules = [rule for rule in project.seed("rules") if rule["policy"] == policy]
    return sorted(rules, key=lambda rule: int(rule["rule_order"]))


def block(name: str, paragraphs: list[str]) -> str:
    return "\n\n".join([f"{{% docs {name} %}}", *paragraphs, "{% enddocs %}"]) + "\n"


def policy_in_words(policy: Row) -> list[str]:
    where = (
        f"Convictions of {policy['county'].title()}" if policy["county"] else "Convictions of every county"
    )
    paragraphs = [paragraph(f"{policy['title']}. {policy['description']}. {where}. {policy['citation']}.")]
    own = own_rules(policy["policy"])
    if policy["rules_of"]:
        paragraphs.append(
            paragraph(f"Decides by the rules of {link(policy['rules_of'])}, {differing(policy)}:")
        )
        words = {rule["rule_id"]: f"`{rule['rule_id']}` - {in_words(rule)}" for rule in own}
        paragraphs.append(listed(words.get(rule, f"`{rule}`") for rule in order(policy)))
    else:
        paragraphs.append("The first rule that is met decides:")
        # A list of the county's own needs its ground once; where the law's days differ, each rule has its own.
        paragraphs.append(
            listed(
                f"`{rule['rule_id']}` - {in_words(rule, '' if policy['county'] else ground(policy, rule))}"
                for rule in own
            )
        )
    return paragraphs


def link(policy: str) -> str:
    return f"[{policy}](#!/model/model.{settings()['name']}.{policy})"


def differing(policy: Row) -> str:
    """What a policy changes of the one that it is built on."""
    changes = changes_of(policy["policy"])
    said = [f"without `{rule}`" for rule in changes.get("without", [])]
    for rule, new in changes.get("replacing", {}).items():
        said.append(f"with {' and '.join(f'`{name}`' for name in new)} in place of `{rule}`")
    for rule, ahead_of in changes.get("moving", {}).items():
        said.append(f"with `{rule}` moved right ahead of `{ahead_of}`")
    return f"{', '.join(said)}, in this order" if said else "all of them, in the same order"


def order(policy: Row) -> list[str]:
    """The rules of a policy in the order in which they are asked."""
    if not policy["rules_of"]:
        return [rule["rule_id"] for rule in own_rules(policy["policy"])]
    [base] = [other for other in policies() if other["policy"] == policy["rules_of"]]
    changes = changes_of(policy["policy"])
    moving = changes.get("moving", {})
    rules: list[str] = []
    for rule in order(base):
        if rule not in moving and rule not in changes.get("without", []):
            rules += [moved for moved, ahead_of in moving.items() if ahead_of == rule]
            rules += changes.get("replacing", {}).get(rule, [rule])
    return rules


@cache
def changes_of(policy: str) -> dict[str, Any]:
    """What a policy's SQL gives the macro decision_list_like: without, replacing, moving."""
    import jinja2.meta

    sql = (path().parent / f"{policy}.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True)
    macros: dict[str, Any] = {
        name: lambda *_, **__: "" for name in jinja2.meta.find_undeclared_variables(environment.parse(sql))
    }
    given: dict[str, Any] = {}
    macros["decision_list_like"] = lambda _, **changes: given.update(changes)
    environment.from_string(sql).render(macros)
    return given


def listed(items: Iterable[str]) -> str:
    numbers = ((f"{place}. ", item) for place, item in enumerate(items, 1))
    return "\n".join(paragraph(item, number, " " * len(number)) for number, item in numbers)


def in_words(rule: Row, ground: str = "") -> str:
    """One rule as sentences: what it asks, what it determines, by what law or whose will, and what it needs."""
    description, reason = (with_parameters(rule, rule[column]) for column in ("description", "reason"))
    determined = f'{description} Then: {rule["determination"]}, "{reason}"{filled_in(rule)}.'
    return " ".join(part for part in (determined, ground, undecided(rule)) if part)


def with_parameters(rule: Row, text: str) -> str:
    """Words of a rule with the parameters that they name; what a run fills in stays a name in braces."""
    numbers = {
        row["name"]: us_date(row["value"]) if row["unit"] == "date" else row["value"]
        for row in project.seed("parameters")
        if row["policy"] in ("", rule["policy"])
    }
    return re.sub(r"\{(\w+)\}", lambda found: numbers.get(found[1], f"`{{{found[1]}}}`"), text)


def us_date(day: str) -> str:
    """A day as the counties' files write it (macro us_date)."""
    year, month, day_of_month = day.split("-")
    return f"{month}/{day_of_month}/{year}"


def filled_in(rule: Row) -> str:
    named = [name for name in re.findall(r"\{(\w+)\}", rule["reason"]) if name in FILLED_IN]
    return "".join(f", where `{{{name}}}` is {FILLED_IN[name]}" for name in named)


def ground(policy: Row, rule: Row) -> str:
    """The law and its day; of a county's list or a what-if, that it is one."""
    if policy["description"].startswith("What-if"):
        return "A what-if."
    if policy["county"]:
        return f"The District Attorney's own policy under {rule['citation']}."
    until = f" until {rule['effective_to']}" if rule["effective_to"] else ""
    return f"{rule['citation']}, since {rule['effective_from']}{until}."


def undecided(rule: Row) -> str:
    """What may be missing where the rule is undecided, in the order of a reason."""
    facts = {row["fact"]: row for row in project.seed("facts")}
    read = [facts[name] for name in rule["facts_read"].split(";") if name]
    lacked = {name for fact in read for name in fact["may_lack"].split(";") if name}
    if not lacked:
        return "Never undecided."
    in_order = sorted((facts[name] for name in lacked), key=lambda fact: int(fact["label_order"]))
    missing = " or ".join(fact["label"] for fact in in_order).replace("{statute}", "a statute")
    return f"Undecided where it depends on what is missing: {missing}."


@cache
def settings() -> dict[str, Any]:
    """dbt_project.yml."""
    import yaml

    found: dict[str, Any] = yaml.safe_load((project.root() / "dbt_project.yml").read_text(encoding="utf-8"))
    return found


def paragraph(words: str, first: str = "", following: str = "") -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )


if __name__ == "__main__":
    path().write_text(text(), encoding="utf-8")
