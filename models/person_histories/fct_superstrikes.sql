with convictions as (
    select
        convictions.conviction_id,
        convictions.subject_key,
        convictions.cycle_event,
        convictions.conviction_date,
        offenses.statute_as_written,
        offenses.superstrike,
        case
            when offenses.superstrike = 'depends'
                then case when offenses.depends_on is null then 'unread_charge' else 'statute_fact' end
        end as missing_fact,
        case when offenses.superstrike = 'depends' then offenses.depends_on end as depends_on,
        offenses.is_gang_enhancement,
        offenses.is_gang_pair
    from {{ ref('fct_convictions') }} as convictions
    inner join {{ ref('dim_offenses') }} as offenses on convictions.offense_id = offenses.offense_id
    where offenses.superstrike <> 'no' or offenses.is_gang_enhancement or offenses.is_gang_pair
)

select
    conviction_id,
    subject_key,
    conviction_date,
    statute_as_written,
    superstrike as membership,
    missing_fact,
    depends_on
from convictions
where superstrike <> 'no'
union all
-- PC 186.22(b)(4) makes a life term, and so a superstrike, of certain offenses convicted in the same event.
select
    pairs.conviction_id,
    pairs.subject_key,
    pairs.conviction_date,
    pairs.statute_as_written || ' + ' || enhancements.statute_as_written as statute_as_written,
    'yes' as membership,
    null as missing_fact,
    null as depends_on
from convictions as pairs
inner join convictions as enhancements
    on
        pairs.subject_key = enhancements.subject_key
        and pairs.cycle_event = enhancements.cycle_event
where pairs.is_gang_pair and enhancements.is_gang_enhancement
