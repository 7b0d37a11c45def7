{{ config(materialized='view') }}

{{ decision_list_like(
    'pilot_los_angeles',
    without=['convicted_after_prop64']
) }}
