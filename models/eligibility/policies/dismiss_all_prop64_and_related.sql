{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="(is_prop64 or is_related_charge) and is_in_known_county",
    rules={'prop64_or_related_conviction': "true"}
) }}
