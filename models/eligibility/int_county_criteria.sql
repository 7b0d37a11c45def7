{%- set criteria = var('run_criteria') -%}
{%- set options = [
    'dismiss_11357', 'dismiss_11358', 'dismiss_11359', 'dismiss_11360',
    'reduce_11357', 'reduce_11358', 'reduce_11359', 'reduce_11360',
    'subject_under_21_at_conviction', 'subject_age_threshold', 'years_since_conviction_threshold',
    'years_crime_free_threshold', 'subject_has_only_prop64_charges', 'subject_is_deceased'
] -%}

with counties as (
    select
        counties.county,
        {% for option in options %}
            chosen.{{ option }},
        {% endfor %}
        {{ 'true' if criteria else 'false' }}
        and {{ sql_text(var('run_county')) }} in (counties.county, 'all') as has_run_criteria,
        chosen.county is not null as has_own_criteria
    from {{ ref('counties') }} as counties
    left join {{ ref('county_options') }} as chosen on counties.county = chosen.county
),

defaults as (
    select * from {{ ref('county_options') }}
    where county = 'default'
)

-- A county that chose nothing takes the default row whole, not option by option.
select
    counties.county,
    {% for option in options %}
        case
            {% if criteria %}
                when counties.has_run_criteria then {{ number_or_boolean(criteria[option]) }}
            {% endif %}
            when counties.has_own_criteria then counties.{{ option }}
            else defaults.{{ option }}
        end as {{ option }},
    {% endfor %}
    case
        when counties.has_run_criteria then 'the criteria file of the run'
        when counties.has_own_criteria then 'seeds/county_options.csv'
        else 'the default criteria'
    end as source
from counties
cross join defaults
