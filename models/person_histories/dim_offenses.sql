{% set codes = "('" ~ statute_codes() | join("', '") ~ "')" %}

with

texts as (
    select
        charge_text,
        {{ offense_text_parts('charge_text') }} as part
    from {{ ref('int_charge_texts') }}
),

statutes as (
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
),

-- What is compared is in upper case and without blanks; what is shown stays as written.
pieces as (
    select
        texts.charge_text,
        part.lead || part.lead_gap as lead_as_written,
        part.prefix || part.number || part.c_letters || part.c_brackets || part.c_tail || part.code
        || part.n_letters || part.n_brackets || part.n_tail || part.other_code as statute_as_written,
        {{ regexp_substitute(
            'part.c_literal || part.o_literal || part.n_literal', '^[\\s-]+', ''
        ) }} as literal,
        part.lead_gap,
        {{ regexp_substitute('upper(part.lead)', '[^A-Z]', '') }} as lead,
        {{ regexp_substitute('upper(part.code || part.other_code)', '[^A-Z]', '') }} as code,
        {{ regexp_substitute('part.prefix || part.c_tail || part.n_tail', '\\s', '') }} as other_statutes,
        {{ regexp_substitute('part.number', '\\s', '') }} as number,
        upper(part.c_letters || part.n_letters) as letters,
        {{ regexp_substitute('upper(part.c_brackets || part.n_brackets)', '\\s', '') }} as brackets
    from texts
    where part.number != ''
),

charges as (
    select
        charge_text,
        case when code = '' and lead in {{ codes }} then lead_as_written else '' end
        || statute_as_written as statute_as_written,
        literal,
        {{ regexp_test('other_statutes', '(^|[^0-9.])664([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^ATT(EMPT|EMPTED)?$') }} as is_attempt,
        {{ regexp_test('other_statutes', '(^|[^0-9.])182([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^CONSP') }} as is_conspiracy,
        {{ regexp_test('other_statutes', '(^|[^0-9.])32([^0-9.]|$)') }}
        or {{ regexp_test('lead', '^ACCESS') }} as is_accessory,
        number,
        letters,
        brackets,
        coalesce(nullif(code, ''), case when lead in {{ codes }} then lead end) as code
    from pieces
    -- Letters that touch the number make it a case number (BA11357), unless they are a code (PC187).
    where lead = '' or lead_gap != '' or lead in {{ codes }}
),

-- A letter after the number belongs to the section where the statute lists know such a section (288a, 653f);
-- elsewhere it is a subdivision (11357A is 11357(a)).
lettered_sections as (
    select distinct
        code,
        section,
        {{ regexp_substitute('section', '[A-Z]', '') }} as number,
        {{ regexp_substitute('section', '[^A-Z]', '') }} as letters
    from statutes
    where {{ regexp_test('section', '[A-Z]$') }}
),

sections as (
    select
        charges.charge_text,
        charges.statute_as_written,
        charges.literal,
        charges.is_attempt,
        charges.is_conspiracy,
        charges.is_accessory,
        charges.code,
        coalesce(lettered_sections.section, charges.number) as section,
        {{ regexp_substitute(
            "substr(charges.letters, length(coalesce(lettered_sections.letters, '')) + 1)",
            '([A-Z]|[0-9]+)', '(\\1)'
        ) }}
        || {{ regexp_substitute('charges.brackets', '\\)([0-9]+)', ')(\\1)') }} as subdivision
    from charges
    left join lettered_sections
        on
            left(charges.letters, length(lettered_sections.letters)) = lettered_sections.letters
            and charges.number = lettered_sections.number
            and coalesce(charges.code, lettered_sections.code) = lettered_sections.code
    qualify row_number() over (
        partition by charges.charge_text order by length(lettered_sections.letters) desc nulls last
    ) = 1
),

-- The most specific row of a list decides: one that asks for a word of the literal before one that does not,
-- then the one with the longest subdivision.
memberships as (
    select
        sections.charge_text,
        statutes.list,
        case
            when sections.is_accessory then 'no'
            when sections.is_attempt and not statutes.includes_attempts then 'no'
            when sections.is_conspiracy and not statutes.includes_conspiracies then 'no'
            else statutes.membership
        end as membership
    from sections
    inner join statutes
        on
            sections.section = statutes.section
            -- A missing code is read as the list's own code for Prop 64 only.
            and (sections.code = statutes.code or (sections.code is null and statutes.list = 'prop64'))
            and left(sections.subdivision, length(statutes.subdivision)) = statutes.subdivision
            and contains('^' || upper(sections.literal), statutes.literal_contains)
    qualify row_number() over (
        partition by sections.charge_text, statutes.list
        order by length(statutes.literal_contains) desc, length(statutes.subdivision) desc
    ) = 1
),

memberships_by_charge as (
    select
        charge_text,
        max(membership) filter (where list = 'prop64') as prop64,
        max(membership) filter (where list = 'related_charge') as related_charge,
        max(membership) filter (where list = 'superstrike') as superstrike,
        max(membership) filter (where list = 'pc290') as pc290,
        max(membership) filter (where list = 'registration') as registration,
        max(membership) filter (where list = 'gang_enhancement') as gang_enhancement,
        max(membership) filter (where list = 'gang_pair') as gang_pair,
        max(membership) filter (where list = 'potentially_related') as potentially_related
    from memberships
    group by charge_text
)

select
    cast(row_number() over (order by texts.charge_text) as integer) as offense_id,
    texts.charge_text,
    trim(coalesce(sections.statute_as_written, texts.charge_text)) as statute_as_written,
    nullif(trim(sections.literal), '') as literal,
    sections.charge_text is not null as is_parsed,
    coalesce(sections.is_attempt, false) as is_attempt,
    coalesce(sections.is_conspiracy, false) as is_conspiracy,
    coalesce(sections.is_accessory, false) as is_accessory,
    sections.section,
    nullif(sections.subdivision, '') as subdivision,
    sections.code,
    coalesce(lists.prop64 = 'yes', false) as is_prop64,
    case when lists.prop64 = 'yes' then sections.section end as prop64_section,
    coalesce(lists.related_charge = 'yes', false) as is_related_charge,
    coalesce(lists.superstrike, 'no') as superstrike,
    coalesce(lists.pc290, 'no') as pc290,
    coalesce(lists.registration = 'yes', false) as is_registration_statute,
    coalesce(lists.gang_enhancement = 'yes', false) as is_gang_enhancement,
    coalesce(lists.gang_pair = 'yes', false) as is_gang_pair,
    -- An accessory is convicted of PC 32 itself, which is on this list.
    coalesce(lists.potentially_related = 'yes', false) or coalesce(sections.is_accessory, false)
        as is_potentially_related,
    case
        when 'depends' in (lists.superstrike, lists.pc290)
            then sections.section || sections.subdivision || ' ' || sections.code
    end as depends_on
from texts
left join sections on texts.charge_text = sections.charge_text
left join memberships_by_charge as lists on texts.charge_text = lists.charge_text
