with statutes as (
    select
        list,
        code,
        section,
        coalesce(subdivision, '') as subdivision,
        coalesce(literal_contains, '') as literal_contains,
        membership,
        includes_attempts,
        includes_conspiracies
    from {{ ref('statutes') }}
    where list <> 'attempt_by_name'
),

charges as (
    select * from {{ ref('int_charge_statutes') }}
),

-- The most specific row of a list decides: one that asks for a word of the literal before one that does not,
-- then the one with the longest subdivision. A row for () is for the section without a subdivision.
memberships as (
    select
        charges.charge_text,
        charges.place,
        statutes.list,
        case
            when charges.is_accessory then 'no'
            when charges.is_attempt and not statutes.includes_attempts then 'no'
            when charges.is_conspiracy and not statutes.includes_conspiracies then 'no'
            else statutes.membership
        end as membership
    from charges
    inner join statutes
        on
            charges.section = statutes.section
            -- A missing code is read as the list's own code for Prop 64 only.
            and (charges.code = statutes.code or (charges.code is null and statutes.list = 'prop64'))
            and case
                when statutes.subdivision = '()' then charges.subdivision = ''
                else left(charges.subdivision, length(statutes.subdivision)) = statutes.subdivision
            end
            and contains(upper(charges.literal), statutes.literal_contains)
    qualify row_number() over (
        partition by charges.charge_text, charges.place, statutes.list
        order by length(statutes.literal_contains) desc, length(statutes.subdivision) desc
    ) = 1
),

-- A charge of several statutes is on the lists of each of them.
memberships_by_charge as (
    select
        charge_text,
        {% for list in ['superstrike', 'pc290'] %}
            max_by(
                membership,
                case membership when 'yes' then 3 when 'depends' then 2 when 'if_felony' then 1 else 0 end
            ) filter (where list = '{{ list }}') as {{ list }},
        {% endfor %}
        {% for list in [
            'prop64', 'related_charge', 'registration', 'gang_enhancement', 'gang_pair', 'potentially_related'
        ] %}
            coalesce(bool_or(membership = 'yes') filter (where list = '{{ list }}'), false) as {{ list }},
        {% endfor %}
        min(place) filter (where membership = 'depends') as place_that_depends
    from memberships
    group by charge_text
),

-- Of several statutes, the one that is shown: the first for Prop 64, or else on any list, or else the first.
main_statutes as (
    select charges.*
    from charges
    left join memberships
        on
            charges.charge_text = memberships.charge_text
            and charges.place = memberships.place
            and memberships.membership <> 'no'
    qualify row_number() over (
        partition by charges.charge_text
        order by coalesce(memberships.list = 'prop64', false) desc, memberships.list is null, charges.place
    ) = 1
),

doubts as (
    select
        charge_text,
        min(doubt) as doubt
    from charges
    group by charge_text
),

offenses as (
    select
        texts.charge_text,
        main_statutes.statute_as_written,
        main_statutes.literal,
        main_statutes.section,
        main_statutes.subdivision,
        main_statutes.code,
        main_statutes.is_attempt,
        main_statutes.is_conspiracy,
        main_statutes.is_accessory,
        case
            when main_statutes.charge_text is null then 'unread'
            when doubts.doubt is not null then 'doubtful'
            else 'certain'
        end as reading,
        doubts.doubt,
        lists.* exclude (charge_text),
        open_statutes.section || open_statutes.subdivision || ' ' || open_statutes.code as depends_on
    from {{ ref('int_charge_texts') }} as texts
    left join main_statutes on texts.charge_text = main_statutes.charge_text
    left join doubts on texts.charge_text = doubts.charge_text
    left join memberships_by_charge as lists on texts.charge_text = lists.charge_text
    left join charges as open_statutes
        on lists.charge_text = open_statutes.charge_text and lists.place_that_depends = open_statutes.place
)

-- What a text that is unread or read with doubt is a charge of is not known: it may be on any list.
select
    cast(row_number() over (order by charge_text) as integer) as offense_id,
    charge_text,
    trim(case when reading = 'certain' then statute_as_written else charge_text end) as statute_as_written,
    nullif(trim(literal), '') as literal,
    reading,
    doubt,
    coalesce(is_attempt, false) as is_attempt,
    coalesce(is_conspiracy, false) as is_conspiracy,
    coalesce(is_accessory, false) as is_accessory,
    section,
    nullif(subdivision, '') as subdivision,
    code,
    reading = 'certain' and coalesce(prop64, false) as is_prop64,
    case when reading = 'certain' and prop64 then section end as prop64_section,
    reading = 'certain' and coalesce(related_charge, false) as is_related_charge,
    case when reading = 'certain' then coalesce(superstrike, 'no') else 'depends' end as superstrike,
    case when reading = 'certain' then coalesce(pc290, 'no') else 'depends' end as pc290,
    reading = 'certain' and coalesce(registration, false) as is_registration_statute,
    reading = 'certain' and coalesce(gang_enhancement, false) as is_gang_enhancement,
    reading = 'certain' and coalesce(gang_pair, false) as is_gang_pair,
    -- An accessory is convicted of PC 32 itself, which is on this list.
    reading = 'certain' and (coalesce(potentially_related, false) or is_accessory) as is_potentially_related,
    case when reading = 'certain' and 'depends' in (superstrike, pc290) then depends_on end as depends_on
from offenses
