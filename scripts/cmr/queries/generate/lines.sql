-- One batch of people of a synthetic extract: the people numbered first_person to last_person, from whom
-- every cycle, count, event and line follows. Run on a connection that holds generate_vocabulary.sql and
-- these variables: seed, county, until (date), first_person, last_person, one_line_from (people from this
-- number on have one line each), and one variable for each share. The batch's lines are in the view
-- extract_lines, in the order of its sort_ columns.

-- Grain: one person.
create or replace temp table people as
with numbered as (
    select
        person,
        entity_key(getvariable('seed'), person) as key,
        person >= getvariable('one_line_from') as has_one_line
    from range(getvariable('first_person'), getvariable('last_person') + 1) as numbers (person)
),

started as (
    select
        *,
        happens(key, 'recent_youth') as is_recent_youth,
        cast(if(
            is_recent_youth,
            -- before Prop 64, where the file ends in 2019, and still young then
            getvariable('until') - draw_integer(key, 'recent start', 1200, 1800),
            -- the mean of two draws: most people start in the middle of the years covered
            date '1965-01-01' + cast(
                floor(
                    (draw(key, 'start') + draw(key, 'start again'))
                    / 2
                    * (getvariable('until') - date '1965-01-01')
                )
                as integer
            )
        ) as date) as first_date
    from numbered
),

bounded as (
    select
        *,
        not has_one_line
        and first_date + 730 < getvariable('until')
        and happens(key, 'deceased') as is_deceased,
        -- the long tail of people with many cycles: one in k squared has more than about k
        if(has_one_line, 1, cast(least(floor(1.5 / sqrt(1 - draw(key, 'cycles'))), 80) as integer)) as cycles,
        if(draw(key, 'gender') < 0.2, 'F', 'M') as gender,
        -- at least 14 years old at the first arrest, mostly below 30
        cast(
            first_date
            - 5120
            - cast(
                floor(draw(key, 'age') * draw(key, 'age') * if(is_recent_youth, 1000, 14000)) as integer
            ) as date
        )
            as birth_date
    from started
)

select
    *,
    if(
        is_deceased,
        cast(
            first_date
            + 730
            + cast(floor(draw(key, 'death') * (getvariable('until') - first_date - 730)) as integer)
            as date
        ),
        getvariable('until')
    ) as last_date,
    draw_integer(key, 'prop 64 cycle', 1, cycles) as prop64_cycle,
    not has_one_line and happens(key, 'registration') as is_registered,
    not has_one_line and happens(key, 'drug_registration') as is_drug_registered,
    not has_one_line and happens(key, 'applicant') as is_applicant,
    happens(key, 'conflicting_person') as is_conflicting,
    -- both numbers are one to one with the person's number: no two people share one
    cast(10000000 + (person * 7368787 + 1234567) % 89999999 as varchar) as subject_id,
    lpad(cast((person * 982451653 + 1000000007) % 9999999967 as varchar), 10, '0') as cii_number,
    concat(
        draw_from(key, 'family name', family_names()), ',', draw_from(key, 'given name', given_names(gender)),
        if(draw(key, 'middle name') < 0.6, ' ' || chr(65 + draw_integer(key, 'middle initial', 0, 25)), ''),
        if(gender = 'M' and draw(key, 'suffix') < 0.02, ' JR', '')
    ) as name,
    case
        when not happens(key, 'unknown_birth_date') then strftime(birth_date, '%Y%m%d')
        when draw(key, 'unknown birth date') < 0.4 then '00000000'
        when draw(key, 'unknown birth date') < 0.7 then strftime(birth_date, '%Y0000')
    end as date_of_birth,
    -- area numbers from 900 with a group below 50 have been given to nobody
    concat(
        '9',
        draw_digits(key, 'ssn area', 2),
        lpad(cast(draw_integer(key, 'ssn group', 1, 49) as varchar), 2, '0'),
        draw_digits(key, 'ssn serial', 4)
    ) as social_security_number,
    if(
        draw(key, 'has licence') < 0.7,
        chr(65 + draw_integer(key, 'licence letter', 0, 25)) || draw_digits(key, 'licence', 7),
        '        '
    ) as driving_licence,
    case
        when draw(key, 'has fbi number') < 0.8
            then concat(
                draw_digits(key, 'fbi', 6),
                draw_from(key, 'fbi letter', ['A', 'C', 'D', 'X']),
                draw_digits(key, 'fbi suffix', 1)
            )
    end as fbi_number,
    -- feet, then inches in two digits
    concat(
        draw_integer(key, 'feet', 5, 6), lpad(cast(draw_integer(key, 'inches', 0, 11) as varchar), 2, '0')
    ) as height,
    cast(draw_integer(key, 'weight', 105, 280) as varchar) as weight,
    draw_from(key, 'race', ['W', 'W', 'W', 'B', 'B', 'H', 'H', 'H', 'A', 'O', 'X']) as race_code,
    draw_from(key, 'eyes', ['BRO', 'BRO', 'BRO', 'BLK', 'BLU', 'GRN', 'HAZ']) as eye_code,
    draw_from(key, 'hair', ['BLK', 'BLK', 'BRO', 'BRO', 'BLN', 'GRY', 'RED']) as hair_code,
    draw_from(key, 'birth place', ['CA', 'CA', 'CA', 'CA', 'TX', 'NY', 'MX', 'MX', 'VM', 'YY'])
        as birth_place_code
from bounded;

-- Grain: one cycle of a person, numbered in the order of dates. Cycles other than an arrest's hold a single
-- event.
create or replace temp table cycles as
with drawn as (
    select
        person,
        key,
        'arrest' as kind,
        drawn_as,
        -- the first cycle starts the history; the others follow at falling density
        if(drawn_as = 1, first_date, cast(first_date + cast(floor(
            draw(cycle_key, 'date') * draw(cycle_key, 'date') * (last_date - first_date)
        ) as integer) as date)) as cycle_date,
        cycle_key,
        drawn_as = prop64_cycle as is_prop64_cycle,
        drawn_as = 1
        and is_registered
        and draw(cycle_key, 'registrable offense') < 0.7 as is_registrable_cycle
    from (
        select
            *,
            entity_key(key, drawn_as) as cycle_key
        from (select
            *,
            unnest(range(1, cycles + 1)) as drawn_as
        from people)
    )
    union all
    select
        person,
        key,
        kind,
        0,
        cast(first_date + cast(floor(draw(cycle_key, 'date') * (last_date - first_date)) as integer) as date),
        cycle_key,
        false,
        false
    from (
        select
            people.*,
            kinds.kind,
            entity_key(people.key, kinds.kind) as cycle_key
        from people, (values ('applicant'), ('registration'), ('drug_registration')) as kinds (kind)
        where case kinds.kind
            when 'applicant' then people.is_applicant
            when 'registration' then people.is_registered
            else people.is_drug_registered
        end
    )
    union all
    select
        person,
        key,
        'deceased',
        99,
        last_date,
        entity_key(key, 'deceased'),
        false,
        false
    from people
    where is_deceased
),

placed as (
    select
        *,
        if(
            happens(cycle_key, 'other_county'),
            cast(
                floor(
                    draw(cycle_key, 'which county') * (select any_value(total) from county_slots)
                ) as integer
            ),
            -1
        ) as county_draw
    from drawn
)

select
    placed.* exclude (key),
    100
    + row_number() over (partition by placed.person order by placed.cycle_date, placed.drawn_as, placed.kind)
        as cycle_number,
    coalesce(county_slots.code, (
        select code from counties
        where name = getvariable('county')
    ))
        as county_code,
    coalesce(county_slots.name, getvariable('county')) as county_name,
    people.has_one_line,
    people.last_date,
    placed.kind = 'arrest'
    and not people.has_one_line
    and happens(placed.cycle_key, 'gang_pair') as has_gang_pair,
    placed.kind = 'arrest'
    and not people.has_one_line
    and placed.cycle_date + 20 <= people.last_date
    and happens(placed.cycle_key, 'court_action') as has_court_action
from placed
inner join people on placed.person = people.person
left join county_slots
    on placed.county_draw >= county_slots.lower_bound and placed.county_draw < county_slots.upper_bound;

-- Grain: one count (charge) of a cycle, as arrested for and as the court saw it.
create or replace temp table counts as
with numbered as (
    select
        *,
        unnest(range(
            1,
            1 + case
                when kind != 'arrest' or has_one_line then 1
                else greatest(
                    cast(least(floor(1.05 / sqrt(1 - draw(cycle_key, 'counts'))), 15) as integer),
                    if(has_gang_pair, 3, 1),
                    if(is_registrable_cycle, 2, 1)
                )
            end
        )) as count_number
    from cycles
),

keyed as (
    select
        *,
        entity_key(cycle_key, count_number) as key
    from numbered
),

kinds as (
    select
        *,
        case
            when kind in ('registration', 'drug_registration') then kind
            when kind != 'arrest' then 'none'
            when is_prop64_cycle and count_number = 1 then 'prop64'
            when has_gang_pair and count_number = 2 then 'gang_enhancement'
            when has_gang_pair and count_number = 3 then 'gang_partner'
            when is_registrable_cycle and count_number = 2 then 'registrable'
            when happens(key, 'prop64') then 'prop64'
            when happens(key, 'related') then 'related'
            when happens(key, 'lookalike') then 'lookalike'
            when happens(key, 'superstrike') then 'superstrike'
            when happens(key, 'registrable') then 'registrable'
            when happens(key, 'depends') then 'depends'
            else 'ordinary'
        end as arrest_kind,
        if(arrest_kind = 'prop64' and happens(key, 'plea_bargain'), 'plea', arrest_kind) as court_kind
    from keyed
),

worded as (
    select
        kinds.*,
        coalesce(arrested.offense, 0) as arrest_offense,
        coalesce(arrested.text, '') as arrest_text,
        coalesce(arrested.short_text, '') as arrest_short_text,
        coalesce(court.offense, 0) as court_offense,
        case
            when kinds.kind = 'arrest' then otherwise_written(kinds.key, coalesce(court.text, ''))
            else coalesce(court.text, '')
        end as court_text,
        coalesce(court.short_text, '') as court_short_text,
        case
            when
                happens(kinds.key, 'unusual_level')
                then draw_from(kinds.key, 'unusual level', ['F', 'M', 'I'])
            when court.level = 'W' then if(draw(kinds.key, 'wobbler') < 0.55, 'F', 'M')
            when
                court.level = 'FM'
                then if(kinds.cycle_date < date '2016-11-09' or draw(kinds.key, 'after 2016') < 0.2, 'F', 'M')
            when court.level = 'MI' then if(kinds.cycle_date < date '2011-01-01', 'M', 'I')
            else court.level
        end as lawful_level
    from kinds
    left join (select
        kind,
        max(slots) as slots
    from offense_slots
    group by kind) as arrest_slots
        on kinds.arrest_kind = arrest_slots.kind
    left join offense_slots as arrested
        on
            kinds.arrest_kind = arrested.kind
            and cast(floor(draw(kinds.key, 'offense') * arrest_slots.slots) as bigint) = arrested.slot
    left join (select
        kind,
        max(slots) as slots
    from offense_slots
    group by kind) as court_slots
        on kinds.court_kind = court_slots.kind
    left join offense_slots as court
        on
            kinds.court_kind = court.kind
            and cast(floor(draw(kinds.key, 'offense') * court_slots.slots) as bigint) = court.slot
),

judged as (
    select
        *,
        has_court_action
        and (court_kind in ('gang_enhancement', 'gang_partner') or happens(key, 'convicted')) as is_convicted,
        happens(key, 'unknown_level') as has_unknown_level,
        happens(key, 'level_in_toc_only') as has_level_in_toc_only,
        lawful_level = 'F' and happens(key, 'life_sentence') as has_life_sentence,
        lawful_level = 'F' and happens(key, 'long_sentence') as has_long_sentence,
        happens(key, 'unknown_sentence') as has_unknown_sentence,
        not has_one_line and happens(key, 'relief_entry') as has_relief_entry,
        -- how such a charge is written: 0 not in the comment, otherwise what stands in OFFENSE_DESCR
        if(
            court_text != '' and happens(key, 'charge_in_comment'),
            draw_integer(key, 'blank offense', 1, 3),
            0
        )
            as charge_in_comment
    from worded
),

sentenced as (
    select
        *,
        case
            when not is_convicted then null
            when has_life_sentence then 'PRISON'
            when has_long_sentence then 'PRISON'
            when lawful_level = 'I' then 'FINE'
            when lawful_level = 'F'
                then
                    draw_from(
                        key,
                        'sentence',
                        ['PROB/JAIL', 'PROB/JAIL', 'PROB/JAIL', 'PROBATION', 'JAIL', 'PRISON', 'PRISON']
                    )
            else
                draw_from(
                    key,
                    'sentence',
                    ['PROB/JAIL', 'PROB/JAIL', 'PROB/JAIL', 'PROBATION', 'JAIL', 'JAIL', 'FINE']
                )
        end as sentence
    from judged
)

select
    *,
    case
        when not is_convicted then 1
        when sentence = 'PROB/JAIL' then draw_from(key, 'parts', [1, 2, 2, 2, 2, 3, 4])
        when sentence = 'FINE' then 1
        else draw_from(key, 'parts', [1, 1, 1, 2])
    end as parts
from sentenced;

-- Grain: one event of a cycle: the arrest, the court action, then what came of it.
create or replace temp table events as
with dated as (
    select
        cycles.person,
        cycles.cycle_key,
        cycles.cycle_date,
        cycles.last_date,
        cycles.kind,
        cycles.has_court_action,
        min(counts.count_number) filter (where counts.is_convicted) as first_conviction,
        -- at least 20 days are left after the arrest, see has_court_action
        cycles.cycle_date + draw_integer(cycles.cycle_key, 'court', 2, 400) as court_day
    from cycles
    inner join counts on cycles.cycle_key = counts.cycle_key
    group by all
),

held as (
    select
        *,
        cast(least(court_day, last_date) as date) as court_date
    from dated
),

listed as (
    select
        person,
        cycle_key,
        kind as event_type,
        1 as event_number,
        cycle_date as event_date,
        first_conviction
    from held
    union all
    select
        person,
        cycle_key,
        'court',
        2,
        court_date,
        first_conviction
    from held
    where has_court_action
    union all
    select
        person,
        cycle_key,
        'custody',
        3,
        cast(least(court_date + draw_integer(cycle_key, 'custody date', 0, 30), last_date) as date),
        first_conviction
    from held
    where first_conviction is not null and happens(cycle_key, 'custody')
    union all
    select
        person,
        cycle_key,
        'probation',
        4,
        cast(least(court_date + draw_integer(cycle_key, 'probation date', 31, 700), last_date) as date),
        first_conviction
    from held
    where first_conviction is not null and happens(cycle_key, 'probation')
    union all
    select
        person,
        cycle_key,
        'set_aside',
        5,
        cast(least(court_date + draw_integer(cycle_key, 'set aside date', 701, 3000), last_date) as date),
        first_conviction
    from held
    where first_conviction is not null and happens(cycle_key, 'set_aside')
)

select
    person,
    cycle_key,
    event_type,
    event_date,
    first_conviction,
    entity_key(cycle_key, event_type) as key,
    row_number() over (partition by cycle_key order by event_number) as event_number
from listed;

-- Grain: one line: a sentence part of a count of an event.
create or replace temp table lines as
with charged as (
    select
        counts.person,
        counts.cycle_number,
        events.event_number,
        counts.count_number,
        unnest(range(
            1,
            1
            + if(events.event_type = 'court', counts.parts, 1)
            + if(events.event_type = 'court' and counts.is_convicted and counts.has_relief_entry, 1, 0)
        )) as part,
        counts.has_one_line,
        events.key as event_key,
        counts.key as count_key,
        counts.cycle_key,
        events.event_type,
        events.event_date,
        counts.cycle_date,
        counts.county_code,
        counts.county_name,
        events.event_type = 'court' and counts.is_convicted as is_convicted,
        counts.has_court_action,
        counts.sentence,
        counts.parts,
        counts.has_life_sentence,
        counts.has_long_sentence,
        counts.has_unknown_sentence,
        counts.has_unknown_level,
        counts.has_level_in_toc_only,
        counts.charge_in_comment,
        counts.lawful_level,
        if(events.event_type = 'arrest', counts.arrest_offense, counts.court_offense) as offense,
        if(events.event_type = 'arrest', counts.arrest_text, counts.court_text) as text,
        if(events.event_type = 'arrest', counts.arrest_short_text, counts.court_short_text) as short_text
    from events
    inner join counts on events.cycle_key = counts.cycle_key
    where
        events.event_type not in ('custody', 'probation', 'set_aside')
        or (events.event_type = 'set_aside' and counts.is_convicted)
        or (counts.count_number = events.first_conviction)
)

-- The line behind the parts of a conviction is the one that relieves it.
select
    *
    replace (is_convicted and part <= parts as is_convicted),
    is_convicted and part > parts as is_relief_entry,
    unnest(range(1, 2 + if(not has_one_line and happens(key, 'repeated_line'), 1, 0))) as copy
from (
    select
        *,
        entity_key(event_key, count_number * 10 + part) as key
    from charged
);

-- The lines with every field of the extract as the DOJ writes it.
create or replace temp view extract_lines as
with placed as (
    select
        people.*,
        lines.* exclude (person, key),
        lines.key as line_key,
        event_types.* exclude (event_type),
        -- of a person whose attributes conflict, every second event carries the other ones
        people.is_conflicting and lines.event_number % 2 = 0 as has_other_attributes,
        happens(lines.key, 'padded') as is_padded
    from lines
    inner join people on lines.person = people.person
    inner join event_types on lines.event_type = event_types.event_type
),

written as (
    select
        *,
        case
            when event_type = 'court' and happens(event_key, 'future_date')
                then
                    strftime(
                        cast(getvariable('until') + draw_integer(event_key, 'future', 366, 1826) as date),
                        '%Y%m%d'
                    )
            when not happens(event_key, 'unknown_date') then strftime(event_date, '%Y%m%d')
            when draw(event_key, 'unknown date') < 0.35 then '00000000'
            when draw(event_key, 'unknown date') < 0.7 then strftime(event_date, '%Y0000')
            when draw(event_key, 'unknown date') < 0.85 then strftime(event_date, '%Y0231')
        end as written_date,
        if(has_other_attributes, strftime(birth_date - 366, '%Y%m%d'), date_of_birth) as written_birth_date,
        if(has_other_attributes, if(gender = 'F', 'M', 'F'), gender) as written_gender,
        if(has_other_attributes, 'O', race_code) as written_race_code,
        if(has_other_attributes, regexp_replace(name, ' .*$', ''), name) as written_name,
        if(happens(event_key, 'unknown_county'), null, county_name) as written_county_name,
        if(happens(event_key, 'unknown_county'), null, county_code) as written_county_code,
        case
            when not is_convicted then null
            when has_unknown_level or has_level_in_toc_only then null
            else lawful_level
        end as conviction_level,
        case
            when has_unknown_level then case when draw(count_key, 'toc') < 0.6 then 'N' end
            else lawful_level
        end as type_of_charge,
        concat(lpad(cast(cycle_number as varchar), 3, '0'), lpad(cast(event_number as varchar), 3, '0'))
            as step,
        case
            when event_type in ('court', 'set_aside')
                then case
                    when happens(cycle_key, 'missing_case_number') then null
                    when happens(cycle_key, 'null_case_number') then 'NULL  '
                    else case cast(county_code as integer) % 4
                        when 0 then draw_digits(number_key, 'case', 6)
                        when 1 then strftime(cycle_date, '%y') || 'F' || draw_digits(number_key, 'case', 5)
                        when 2 then 'SCR' || draw_digits(number_key, 'case', 6)
                        else
                            chr(65 + draw_integer(cycle_key, 'court house', 0, 25))
                            || 'A'
                            || draw_digits(number_key, 'case', 6)
                    end
                end
            when
                event_type in ('arrest', 'custody', 'probation')
                then draw_digits(event_key, 'agency number', 7)
        end as case_number,
        -- what the sentence part is: custody or supervision, and its length
        case
            when event_type = 'custody' then if(sentence = 'PRISON', 'PRISON', 'JAIL')
            when not is_convicted then null
            when sentence = 'PROB/JAIL' then ['PROBATION', 'JAIL', 'FINE', 'JAIL'][part]
            when part = 2 then if(sentence = 'PRISON', 'PRISON', 'FINE')
            else sentence
        end as sentence_place
    from (
        select
            *,
            -- a second case number in the same event
            if(count_number % 2 = 0 and happens(count_key, 'several_case_numbers'), count_key, cycle_key)
                as number_key
        from placed
    )
),

measured as (
    select
        *,
        case
            when not is_convicted or sentence_place = 'FINE' then null
            when part = 1 and has_life_sentence then 'LIFE '
            when
                part = 1 and has_unknown_sentence
                then draw_from(line_key, 'odd length', [' M', '6N', 'TIME SERVED '])
            when
                part = 1 and has_long_sentence
                then draw_from(line_key, 'long', ['8Y', '10Y', '12Y', '15Y', '20Y', '25Y'])
            when
                sentence_place = 'PRISON'
                then draw_from(line_key, 'prison', ['16M', '2Y', '2Y', '3Y', '4Y', '8M', '5Y', '6Y'])
            when sentence_place = 'JAIL'
                then
                    draw_from(
                        line_key,
                        'jail',
                        ['2D', '10D', '30D', '45D', '60D', '90D', '120D', '180D', '365D', '6M', '1Y']
                    )
            when
                lawful_level = 'F'
                then draw_from(line_key, 'probation', ['3Y', '3Y', '5Y', '36M', '60M', '18M'])
            else draw_from(line_key, 'probation', ['12M', '1Y', '36M', '3Y', '24M'])
        end as length_and_unit,
        case
            when charge_in_comment > 0
                then concat(
                    draw_from(count_key, 'comment word', ['CHRG ', ':CHRG ', 'SCN-', '']),
                    if(draw(count_key, 'short comment') < 0.6, short_text, text)
                )
            when text != '' and happens(line_key, 'comment_names_prop64')
                then draw_from(line_key, 'named', [
                    '11357(A) HS',
                    '11357(B) HS-LESS THAN OZ',
                    '11357(C) HS',
                    '11358 HS-CULTIVATE',
                    '11359 HS',
                    'ALSO CHRG 11359 HS-POSS FOR SALE', '11360 HS-SALES', '11360(A) HS', 'SCN-11358 HS'
                ])
            when happens(line_key, 'remark') then concat(
                draw_from(line_key, 'remark text', [
                    'SCN-',
                    'CONC W/CASE ',
                    'CREDIT TIME SERVED, DAYS ',
                    'FINE SS ',
                    'REF ',
                    'PROB TERMINATED ',
                    'DET "ONLY", REF '
                ]),
                draw_digits(line_key, 'remark number', 5)
            )
        end as comment
    from written
)

select
    person as sort_person,
    cycle_number as sort_cycle,
    event_number as sort_event,
    count_number as sort_count,
    part * 10 + copy as sort_part,
    concat(
        lpad(cast(person as varchar), 9, '0'),
        step,
        lpad(cast(count_number as varchar), 2, '0'),
        part,
        if(copy > 1, copy, null)
    ) as record_id,
    'A' as subject_status,
    if(happens(line_key, 'blank_subject_id'), null, subject_id) as subject_id,
    '#' as req_seg_sep,
    cii_number as req_cii_number,
    name as req_name,
    gender as req_gender,
    date_of_birth as req_dob,
    driving_licence as req_cdl,
    social_security_number as req_ssn,
    '#' as pii_seg_sep,
    cii_number,
    written_name as pri_name,
    written_gender as gender,
    or_null_word(line_key, written_birth_date) as pri_dob,
    social_security_number as pri_ssn,
    driving_licence as pri_cdl,
    null as pri_idn,
    null as pri_inn,
    fbi_number,
    '#' as pdr_seg_sep,
    written_race_code as race_code,
    case written_race_code
        when 'W' then 'WHITE' when 'B' then 'BLACK' when 'H' then 'HISPANIC' when
            'A'
            then 'OTHER ASIAN'
        when 'O' then 'OTHER'
        else 'UNKNOWN'
    end as race_descr,
    eye_code as eye_color_code,
    case eye_code
        when 'BRO' then 'BROWN' when 'BLK' then 'BLACK' when 'BLU' then 'BLUE' when 'GRN' then 'GREEN' else
            'HAZEL'
    end as eye_color_descr,
    hair_code as hair_color_code,
    case hair_code
        when 'BRO' then 'BROWN' when 'BLK' then 'BLACK' when 'BLN' then 'BLOND' when 'GRY' then 'GRAY' else
            'RED'
    end as hair_color_descr,
    height,
    weight,
    'Y' as single_source,
    'N' as multi_source,
    birth_place_code as pob_code,
    case birth_place_code
        when 'CA' then 'CALIFORNIA' when 'TX' then 'TEXAS' when 'NY' then 'NEW YORK' when 'MX' then 'MEXICO'
        when 'VM' then 'VIETNAM' else 'UNKNOWN'
    end as pob_name,
    case
        when birth_place_code in ('CA', 'TX', 'NY') then 'S' when
            birth_place_code in ('MX', 'VM')
            then 'C'
        else 'U'
    end
        as pob_type,
    case
        when birth_place_code in ('CA', 'TX', 'NY') then 'US' when birth_place_code = 'YY' then null else
            birth_place_code
    end
        as citizenship_list,
    '#' as cyc_seg_sep,
    concat(cycle_number, '000000000') as cyc_order,
    strftime(cycle_date, '%Y%m%d') as cyc_date,
    '#' as stp_seg_sep,
    step || '000000' as stp_order,
    in_white_space(line_key, written_date) as stp_event_date,
    type_code as stp_type_code,
    if(is_padded, rpad(type_description, 30, ' '), type_description) as stp_type_descr,
    lpad(agency_code, 10, ' ') as stp_ori_type,
    agency_description as stp_ori_type_descr,
    'CA0' || written_county_code || if(agency_code in ('SC', 'PO'), '013J', '0100') as stp_ori_code,
    concat(agency_prefix, ' ', written_county_name) as stp_ori_descr,
    written_county_code as stp_ori_cnty_code,
    written_county_name as stp_ori_cnty_name,
    '#' as cnt_seg_sep,
    concat(
        step,
        if(happens(line_key, 'short_count_order'), '', lpad(cast(count_number as varchar), 3, '0') || '000')
    )
        as cnt_order,
    written_date as disp_date,
    case_number as ofn,
    case when offense > 0 then cast(10000 + offense * 37 as varchar) end as offense_code,
    or_null_word(line_key, case
        when text = '' or charge_in_comment = 1 then null
        when charge_in_comment = 2 then '  '
        when charge_in_comment = 3 then 'SEE COMMENT FOR CHARGE'
        else in_white_space(line_key, text)
    end) as offense_descr,
    type_of_charge as offense_toc,
    repeat(' ', 10 + offense % 25) as offense_qual_lst,
    null as disp_offense_code,
    null as disp_offense_descr,
    null as disp_offense_toc,
    null as disp_offense_qual_lst,
    null as conv_offense_order,
    null as conv_offense_code,
    null as conv_offense_descr,
    null as conv_offense_toc,
    null as conv_offense_qual_lst,
    case when case_number is not null then '001' end as fe_num_order,
    case when event_type = 'arrest' then case_number end as fe_num_arr_agy,
    null as fe_num_bnch_warr,
    null as fe_num_cite,
    null as fe_num_docket,
    null as fe_num_incident,
    case when event_type = 'custody' then case_number end as fe_num_booking,
    null as fe_num_number,
    null as fe_num_remand,
    null as fe_num_oos_inn,
    case when event_type in ('court', 'set_aside') then nullif(case_number, 'NULL  ') end as fe_num_crt_case,
    null as fe_num_warrant,
    case when event_type in ('arrest', 'court', 'set_aside') then '001' end as disp_order,
    case
        when is_convicted then 'C'
        when event_type = 'set_aside' or is_relief_entry then 'S'
        when event_type = 'court' then 'D'
    end as disp_code,
    case
        when is_convicted
            then
                if(draw(count_key, 'plain disposition') < 0.15, 'CONVICTED', 'CONVICTED-' || sentence)
                || if(is_padded, '    ', '')
        when is_relief_entry then draw_from(count_key, 'relief', [
            'CONV SET ASIDE & DISM PER 1203.4 PC',
            'DISM PER 1203.4A PC',
            'RELIEF GRANTED PER 1203.425 PC',
            'DISM PER 11361.8 HS',
            'REDUCED TO MISD PER 17(B) PC'
        ])
        when event_type = 'set_aside' then 'CONV SET ASIDE & DISM PER 1203.4 PC'
        when event_type = 'court'
            then draw_from(count_key, 'disposition', [
                'DISMISSED/FURTHERANCE OF JUSTICE',
                'DISMISSED/FURTHERANCE OF JUSTICE',
                'DISMISSED/CHARGE DROPPED',
                'DISMISSED',
                'DISMISSED/LACK OF EVIDENCE', 'ACQUITTED', 'DIVERSION', 'DISPO UNKNOWN'
            ])
        when event_type = 'arrest' and not has_court_action then draw_from(count_key, 'release', [
            'PROS REL-DET ONLY',
            'REL/TOT OTHER JURIS/AUTH',
            'PROS REJ-LACK OF SUFFICIENT EVIDENCE',
            'ARREST RELIEF/DET ONLY'
        ])
    end as disp_descr,
    case when is_convicted then coalesce(conviction_level, '     ') end as conv_stat_code,
    or_null_word(line_key, in_white_space(
        line_key,
        case conviction_level
            when 'F' then 'FELONY' when 'M' then 'MISDEMEANOR' when 'I' then 'INFRACTION'
        end
        || if(is_padded, '      ', '')
    )) as conv_stat_descr,
    '#' as sent_seg_sep,
    case when sentence_place is not null then lpad(cast(part as varchar), 3, '0') end as sent_order,
    sentence_place[1] as sent_loc_code,
    sentence_place as sent_loc_descr,
    nullif(length_and_unit[:-2], '') as sent_length,
    or_null_word(line_key, nullif(length_and_unit[-1], ' ')) as sent_time_code,
    case length_and_unit[-1]
        when 'D' then 'DAYS      ' when 'M' then 'MONTHS    ' when 'Y' then 'YEARS     ' else repeat(' ', 18)
    end as sent_time_descr,
    cast(date_sub('year', birth_date, cycle_date) as varchar) as cyc_age,
    '1' as cii_type,
    'A' as cii_type_alpha,
    comment as comment_text,
    '#' as end_of_rec
from measured;
