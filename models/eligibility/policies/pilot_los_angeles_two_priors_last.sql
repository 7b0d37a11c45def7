{{ config(materialized='view') }}

{{ decision_list_like(
    'pilot_los_angeles',
    moving={'two_priors': 'no_criteria_apply'}
) }}
