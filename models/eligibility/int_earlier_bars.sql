-- What may bar relief because it came before the conviction: each superstrike, PC 290 conviction and
-- registration of the person that is dated before it, or whose date or membership leaves that open; and lines
-- that were set aside, which may hold one.
with convictions as (
    select
        conviction_id,
        subject_key,
        conviction_date
    from {{ ref('int_covered_convictions') }}
),

bars as (
    select
        subject_key,
        'earlier_superstrike' as fact,
        'conviction' as kind,
        conviction_date as event_date,
        membership,
        missing_fact,
        depends_on
    from {{ ref('fct_superstrikes') }}
    union all
    select
        subject_key,
        'earlier_pc290_record' as fact,
        case when kind = 'conviction' then 'conviction' else 'registration' end as kind,
        event_date,
        membership,
        missing_fact,
        depends_on
    from {{ ref('fct_pc290_records') }}
    where membership <> 'no'
    union all
    select
        records.subject_key,
        facts.fact,
        'line set aside' as kind,
        null as event_date,
        'depends' as membership,
        'set_aside_line' as missing_fact,
        null as depends_on
    from {{ ref('fct_subject_records') }} as records
    inner join
        (values ('earlier_superstrike'), ('earlier_pc290_record')) as facts (fact)
        on
            records.set_aside_convicted_lines > 0
            or (records.set_aside_registration_lines > 0 and facts.fact = 'earlier_pc290_record')
)

select
    convictions.conviction_id,
    bars.fact,
    bars.kind,
    coalesce(bars.membership = 'yes' and bars.event_date < convictions.conviction_date, false) as is_certain,
    convictions.conviction_date is null as is_conviction_undated,
    bars.event_date is null as is_bar_undated,
    bars.missing_fact,
    bars.depends_on
from convictions
inner join bars on convictions.subject_key = bars.subject_key
-- A registration after the conviction may stand on an offense before it. So may a conviction for an unread
-- charge: it may be one for failing to register, PC 290.
where
    bars.kind = 'registration'
    or (bars.fact = 'earlier_pc290_record' and coalesce(bars.missing_fact = 'unread_charge', false))
    or coalesce(bars.event_date < convictions.conviction_date, true)
