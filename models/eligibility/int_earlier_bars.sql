-- What may bar relief because it came before the conviction: each superstrike, PC 290 conviction and
-- registration of the person that is dated before it, or whose date or membership leaves that open.
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
        depends_on
    from {{ ref('fct_superstrikes') }}
    union all
    select
        subject_key,
        'earlier_pc290_record' as fact,
        case when kind = 'conviction' then 'conviction' else 'registration' end as kind,
        event_date,
        membership,
        depends_on
    from {{ ref('fct_pc290_records') }}
    where membership <> 'no'
)

select
    convictions.conviction_id,
    bars.fact,
    bars.kind,
    coalesce(bars.membership = 'yes' and bars.event_date < convictions.conviction_date, false) as is_certain,
    convictions.conviction_date is null as is_conviction_undated,
    bars.event_date is null as is_bar_undated,
    bars.membership = 'depends' as is_membership_open,
    bars.depends_on
from convictions
inner join bars on convictions.subject_key = bars.subject_key
-- A registration after the conviction may stand on an offense before it.
where bars.kind = 'registration' or coalesce(bars.event_date < convictions.conviction_date, true)
