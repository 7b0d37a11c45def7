"""The policies in words, as the dbt docs show them."""

from cmr import policy_docs


def test_the_words_are_those_of_the_seeds() -> None:
    assert policy_docs.path().read_text(encoding="utf-8") == policy_docs.text(), (
        "seeds/policies.csv or seeds/rules.csv has changed: run python -m cmr.policy_docs"
    )
