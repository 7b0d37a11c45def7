-- A cause is named if it differs between the runs and nothing rules it out for this conviction.
create temp table compared as
with pairs as (
    select
        coalesce(a.subject_id, b.subject_id) as subject_id,
        coalesce(a.cnt_order, b.cnt_order) as cnt_order,
        coalesce(b.county, a.county) as county,
        case
            when a.subject_id is null then 'only in B'
            when b.subject_id is null then 'only in A'
        end as only_in,
        a.determination as determination_a,
        a.reason as reason_a,
        b.determination as determination_b,
        b.reason as reason_b,
        (a.outcomes is distinct from b.outcomes) as answers_differ,
        case
            when a.subject_id is not null and b.subject_id is not null
                then list_filter([{{ changed_facts }}], lambda fact: fact is not null)
            else []
        end as changed_facts
    from a_decisions as a
    full outer join b_decisions as b on a.subject_id = b.subject_id and a.cnt_order = b.cnt_order
),

-- A conviction that one run decides only: the other has no such conviction, or has it with other facts.
in_both as (
    select
        a.subject_id,
        a.cnt_order,
        (a is distinct from b) as differs
    from a_convictions as a
    inner join b_convictions as b on a.subject_id = b.subject_id and a.cnt_order = b.cnt_order
),

judged as (
    select
        pairs.*,
        case
            when pairs.only_in is not null then in_both.subject_id is null or in_both.differs
            else len(pairs.changed_facts) > 0
        end as facts_differ,
        getvariable('policy') or pairs.county in (select county from criteria) as criteria_differ
    from pairs
    left join in_both on pairs.subject_id = in_both.subject_id and pairs.cnt_order = in_both.cnt_order
)

select
    subject_id,
    cnt_order,
    county,
    case
        when only_in is not null then only_in
        when determination_a <> determination_b then 'determination'
        when (reason_a is distinct from reason_b) then 'reason'
        when facts_differ then 'facts only'
        else 'none'
    end as change,
    determination_a,
    reason_a,
    determination_b,
    reason_b,
    changed_facts,
    -- Input may also tell by what is no fact of the conviction: what is missing of another one.
    case when causes = [] and getvariable('input') then ['input'] else causes end as causes
from (
    select
        *,
        list_filter([
            case when facts_differ and getvariable('input') then 'input' end,
            case
                when criteria_differ and getvariable('uses_criteria') or getvariable('policy') then 'criteria'
            end,
            case
                when
                    getvariable('as_of_date')
                    and (answers_differ and only_in is null or getvariable('policy'))
                    then 'as-of date'
            end,
            case when getvariable('rules') then 'rules' end,
            case when getvariable('county') and only_in is not null then 'county of the run' end
        ], lambda cause: cause is not null) as causes
    from judged
) as named
