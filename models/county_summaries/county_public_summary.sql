{{ config(materialized='view') }}

{#- Each count is a part of the one before it: people, of them those with some relief, of them with full. -#}
{%- set counts = ['people', 'people_with_some_relief', 'people_with_full_relief'] -%}
{#- What a count is compared with: the nearest count shown that it is a part of. -#}
{%- set wholes = {
    'people_with_some_relief': 'people',
    'people_with_full_relief': 'coalesce(people_with_some_relief, people)'
} -%}

with smallest as (
    select {{ parameter('smallest_published') }} as smallest
),

totals as (
    select
        impact.county,
        smallest.smallest,
        subjects as people,
        subjects_with_some_relief as people_with_some_relief,
        subjects_no_conviction as people_with_full_relief,
        convictions_decided as convictions,
        dismissals + reductions as convictions_eligible,
        people >= smallest as shows_people,
        shows_people
        and people_with_some_relief >= smallest
        and people
        - people_with_some_relief not between 1 and smallest - 1 as shows_people_with_some_relief,
        shows_people
        and people_with_full_relief >= smallest
        and case
            when shows_people_with_some_relief
                then people_with_some_relief - people_with_full_relief not between 1 and smallest - 1
            else people - people_with_full_relief >= smallest
        end as shows_people_with_full_relief,
        shows_people_with_some_relief
        and convictions - convictions_eligible not between 1 and smallest - 1 as shows_convictions
    from {{ ref('county_impact') }} as impact
    cross join smallest
    where impact.policy = {{ sql_text(var('criteria_policy')) }}
),

-- A group is shown with all its counts or not at all; a count whose total is hidden is shown for no group.
groups as (
    select
        {% for count in counts %}
            case when totals.shows_{{ count }} then groups.{{ count }} end as {{ count }},
        {% endfor %}
        totals.smallest,
        groups.county,
        groups.dimension,
        groups.group_name
    from {{ ref('county_demographics') }} as groups
    inner join totals on groups.county = totals.county
    where groups.policy = {{ sql_text(var('criteria_policy')) }}
),

-- That nobody is missing from a count may be shown, but not where it would tell the hidden count between
-- the two.
marked as (
    select
        *,
        people is null
        {% for count in counts %}
            or coalesce({{ count }} < smallest, false)
        {% endfor %}
        {% for count, whole in wholes.items() %}
            or coalesce({{ whole }} - {{ count }} between 1 and smallest - 1, false)
        {% endfor %}
        or coalesce(people_with_some_relief is null and people = people_with_full_relief, false) as is_small
    from groups
),

-- Small groups come first, then the others in an order that does not depend on their numbers: one that did
-- would say something about those hidden.
ordered as (
    select
        *,
        row_number() over (
            partition by county, dimension
            order by
                is_small desc,
                group_name in ('Not recorded', 'UNKNOWN', 'OTHER') desc,
                group_name in ('BLACK', 'HISPANIC', 'WHITE'),
                group_name
        ) as place
    from marked
),

hidden_together as (
    select
        *,
        count(*) over all_groups as places,
        count(*) filter (where is_small) over all_groups as small_groups,
        {% for count in counts %}
            sum({{ count }}) over up_to_here as hidden_{{ count }},
        {% endfor %}
        {% for count, whole in wholes.items() %}
            sum({{ whole }} - {{ count }}) over up_to_here as hidden_without_{{ count }},
        {% endfor %}
        bool_or(not is_small) over up_to_here as is_mixed
    from ordered
    window
        all_groups as (partition by county, dimension),
        up_to_here as (partition by county, dimension order by place)
),

-- What the hidden groups count together is known by subtraction. So as many are hidden as it takes until that
-- is no small number, and not all of them are small; or all.
shown as (
    select
        *,
        small_groups = 0 or place > min(place) filter (
            where place = places
            or place >= small_groups
            and is_mixed
            {% for count in counts %}
                and coalesce(hidden_{{ count }}, 2 * smallest) >= 2 * smallest
            {% endfor %}
            {% for count in wholes %}
                and coalesce(hidden_without_{{ count }}, 0) not between 1 and 2 * smallest - 1
            {% endfor %}
        ) over (partition by county, dimension) as is_shown
    from hidden_together
)

select
    county,
    'everyone' as dimension,
    'Everyone' as group_name,
    {% for count in counts %}
        case when shows_{{ count }} then {{ count }} end as {{ count }},
    {% endfor %}
    case when shows_convictions then convictions end as convictions,
    case when shows_convictions then convictions_eligible end as convictions_eligible
from totals
union all
select
    county,
    dimension,
    group_name,
    {% for count in counts %}
        {{ count }},
    {% endfor %}
    null as convictions,
    null as convictions_eligible
from shown
where is_shown
union all
-- Hidden groups are not named: that a group is there would say that somebody is in it.
select
    county,
    dimension,
    'Not shown' as group_name,
    {% for count in counts %}
        null as {{ count }},
    {% endfor %}
    null as convictions,
    null as convictions_eligible
from shown
where not is_shown
group by county, dimension
