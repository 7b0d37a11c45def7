{{ config(materialized='view') }}

with named as (
    select
        charge_text,
        unnest([offense_of_conviction, offense_of_disposition]) as other_text,
        unnest(['CONV_OFFENSE_DESCR', 'DISP_OFFENSE_DESCR']) as field,
        subject_id,
        charge_id
    from {{ ref('rec_entries') }}
    where is_convicted and coalesce(offense_of_conviction, offense_of_disposition) is not null
)

-- Another section or code, or another subdivision where both name one.
select distinct
    convictions.conviction_id,
    convictions.subject_key,
    named.field,
    named.other_text
from named
inner join {{ ref('dim_subjects') }} as subjects on named.subject_id = subjects.subject_id
inner join {{ ref('fct_convictions') }} as convictions
    on subjects.subject_key = convictions.subject_key and named.charge_id = convictions.cnt_order
inner join {{ ref('dim_offenses') }} as charges on named.charge_text = charges.charge_text
inner join {{ ref('dim_offenses') }} as others on named.other_text = others.charge_text
where
    charges.section <> others.section
    or charges.code <> others.code
    or charges.is_attempt <> others.is_attempt
    or (
        not starts_with(charges.subdivision, others.subdivision)
        and not starts_with(others.subdivision, charges.subdivision)
    )
    or (charges.section is null) <> (others.section is null)
