{{ config(materialized='view') }}

{{ decision_list(
    'dismiss_all_prop64',
    facts=ref('fct_conviction_facts'),
    scope="is_prop64 and is_in_known_county",
    rules={'prop64_conviction': "true"}
) }}
