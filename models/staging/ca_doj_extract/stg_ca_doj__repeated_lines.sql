-- Lines that repeat another one in all fields but RECORD_ID, as when a month is sent again. Lines of one hash
-- are compared field by field: two different ones could have it by chance.
with repeated_hashes as (
    select text_hash
    from {{ ref('raw_extract_records') }}
    group by text_hash
    having count(*) > 1
),

candidates as (
    select
        line_id,
        text_hash
    from {{ ref('raw_extract_records') }}
    where text_hash in (select repeated_hashes.text_hash from repeated_hashes)
),

records as (
    select
        line_id,
        subject_id,
        cnt_order,
        {{ row_hash(carried_columns() | map('lower')) }} as fields_hash
    from {{ ref('raw_doj__extract') }}
    where line_id in (select candidates.line_id from candidates)
),

numbered as (
    select
        records.line_id,
        min(records.line_id) over (
            partition by candidates.text_hash, records.fields_hash, records.subject_id, records.cnt_order
        ) as first_line_id
    from records
    inner join candidates on records.line_id = candidates.line_id
)

select
    line_id,
    first_line_id
from numbered
where line_id <> first_line_id
