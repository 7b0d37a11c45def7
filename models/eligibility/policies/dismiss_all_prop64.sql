{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="is_prop64 and is_in_known_county",
    rules={'prop64_conviction': "true"}
) }}
