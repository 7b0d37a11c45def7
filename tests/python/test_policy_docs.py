"""The policies in words, as the dbt docs show them."""

import re
from pathlib import Path

import duckdb

from cmr.law import policy_docs


def test_the_words_are_those_of_the_seeds() -> None:
    assert policy_docs.path().read_text(encoding="utf-8") == policy_docs.text(), (
        "seeds/policies.csv or seeds/rules.csv has changed: run python -m cmr.law.policy_docs"
    )


def test_the_order_in_words_is_the_order_of_the_models(sample_run: Path) -> None:
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("select policy, rule_id from dim_policy_rules order by rule_order").fetchall()
    for policy in policy_docs.policies():
        asked = [rule for name, rule in rows if name == policy["policy"]]
        assert policy_docs.order(policy) == asked


def test_a_reason_is_shown_filled_in_or_explained() -> None:
    text = " ".join(policy_docs.text().split())
    assert '"50 years or older"' in text and '"No convictions in past 10 years"' in text
    for name in set(re.findall(r"\{(\w+)\}", text)):
        assert f"`{{{name}}}` is {policy_docs.FILLED_IN[name]}" in text
