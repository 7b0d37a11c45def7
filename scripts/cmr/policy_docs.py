"""The policies in words, for the dbt docs: doc blocks made from seeds/policies.csv and seeds/rules.csv.

    python -m cmr.policy_docs        writes models/eligibility/policies/policies.md

dbt's descriptions are fixed text: written by hand, they would drift from the seeds. A test fails where the
committed file is not what the seeds give.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from cmr import project

WIDTH = 110


def path() -> Path:
    """The file with the doc blocks."""
    return project.root() / "models" / "eligibility" / "policies" / "policies.md"


def text() -> str:
    """The doc blocks: `policy_POLICY`, a policy and its rules in order; `POLICY__RULE`, one rule."""
    rules: dict[str, list[dict[str, str]]] = {}
    for rule in sorted(project.seed("rules"), key=lambda rule: int(rule["rule_order"])):
        rules.setdefault(rule["policy"], []).append(rule)
    blocks = []
    for policy in sorted(project.seed("policies"), key=lambda policy: int(policy["policy_order"])):
        own = rules.get(policy["policy"], [])
        blocks.append(block(f"policy_{policy['policy']}", policy_in_words(policy, own)))
        blocks += [block(f"{rule['policy']}__{rule['rule_id']}", [paragraph(in_words(rule))]) for rule in own]
    return "\n".join(blocks)


def block(name: str, paragraphs: list[str]) -> str:
    return "\n\n".join([f"{{% docs {name} %}}", *paragraphs, "{% enddocs %}"]) + "\n"


def policy_in_words(policy: dict[str, str], own_rules: list[dict[str, str]]) -> list[str]:
    where = (
        f"Convictions of {policy['county'].title()}" if policy["county"] else "Convictions of every county"
    )
    paragraphs = [paragraph(f"{policy['title']}. {policy['description']}. {where}. {policy['citation']}.")]
    if policy["rules_of"]:
        paragraphs.append(paragraph(f"Decides by the rules of `{policy['rules_of']}`{differing(own_rules)}"))
    else:
        paragraphs.append("The first rule that is met decides:")
    if own_rules:
        paragraphs.append("\n".join(numbered(own_rules)))
    return paragraphs


def differing(own_rules: list[dict[str, str]]) -> str:
    if own_rules:
        return (
            ", as far as it says nothing else, and by rules of its own, numbered by their place in the list:"
        )
    return ", as far as it says nothing else."


def numbered(rules: list[dict[str, str]]) -> Iterator[str]:
    for rule in rules:
        number = f"{rule['rule_order']}. "
        yield paragraph(f"`{rule['rule_id']}` - {in_words(rule)}", number, " " * len(number))


def in_words(rule: dict[str, str]) -> str:
    """One rule as a sentence: what it asks, what it determines, since when and by what law, what it needs."""
    needed = " or ".join(fact.replace("_", " ") for fact in rule["facts_needed"].split(";"))
    until = f" until {rule['effective_to']}" if rule["effective_to"] else ""
    return (
        f'{rule["description"]} Then: {rule["determination"]}, "{rule["reason"]}".'
        f" {rule['citation']}, since {rule['effective_from']}{until}."
        + (f" Undecided where it hangs on an unknown {needed}." if needed else " Never undecided.")
    )


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
