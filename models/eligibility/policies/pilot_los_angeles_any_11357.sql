{{ config(materialized='view') }}

{{ decision_list_like(
    'pilot_los_angeles',
    without=['other_11357'],
    replacing={'section_11357_a_or_b': {'any_11357': "section_11357_a_or_b or other_11357"}}
) }}
