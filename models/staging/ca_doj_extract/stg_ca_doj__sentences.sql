{{ config(materialized='ephemeral') }}

-- A repeated line is the same part again.
select
    'ca_doj_extract' as source,
    line_id as entry_id,
    subject_id,
    cnt_order as charge_id,
    sentence_length as length,
    sentence_unit as unit
from {{ ref('stg_ca_doj__lines') }}
where
    set_aside_cause is null
    and is_convicted
    and coalesce(sentence_length, sentence_unit) is not null
    and line_id not in (select repeated.line_id from {{ ref('stg_ca_doj__repeated_lines') }} as repeated)
