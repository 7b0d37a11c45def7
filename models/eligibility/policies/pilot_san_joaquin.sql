{{ config(materialized='view') }}

{{ decision_list(
    facts=ref('fct_conviction_facts'),
    scope="(is_prop64 or is_related_charge) and county = 'SAN JOAQUIN'",
    rules=related_charge_rules()
) }}
