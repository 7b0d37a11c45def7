{# The sections of Prop 64 (HS 11361.8) for texts that are searched instead of parsed. The test
   comments_are_searched_for_the_listed_prop64_sections compares them with seeds/statutes.csv. #}
{% macro prop64_sections() -%}
    {{ return(['11357', '11358', '11359', '11360']) }}
{%- endmacro %}


{# Pattern of the first Prop 64 section in a text that is not part of a longer number or of one with
   decimals (11357.5 is another offense). Group 1: the section; group 2: its subdivision, if (A) to (D) in
   brackets. #}
{% macro prop64_section_pattern() -%}
    {{ return(
        '(?:^|[^0-9.]|(?:^|[^0-9])[.])(' ~ prop64_sections() | join('|') ~ ')'
        ~ '(?:\\s*[(]\\s*([A-D])\\s*[)]|[^0-9.]|[.](?:[^0-9]|$)|$)'
    ) }}
{%- endmacro %}


{# The half of 11357's subdivisions, AB or CD, that a text's subdivision belongs to. Null if the text
   names none. #}
{% macro prop64_subdivision_half(text) -%}
    case upper({{ regexp_capture(text, prop64_section_pattern(), 2) }})
        when 'A' then 'AB' when 'B' then 'AB' when 'C' then 'CD' when 'D' then 'CD'
    end
{%- endmacro %}


{# COMMENT_TEXT if it may name another Prop 64 charge than the line's own, otherwise null: the column
   "Possible Other P64 Charges". OFFENSE_DESCR has the line's own charge, and either
   - the first Prop 64 section in the comment is not that of the offense, which may have none; or
   - both are 11357, and the comment has a subdivision (A) to (D) in brackets and the offense none, or one is
     (A) or (B) and the other (C) or (D). 11357A has no subdivision here: a person reads one line too many
     rather than one too few.
   No decision depends on it.
   offense_descr, comment_text: the unchanged fields of the extract. #}
{% macro possible_other_p64_charge(offense_descr, comment_text) -%}
    {%- set section_in_comment = regexp_capture(comment_text, prop64_section_pattern(), 1) -%}
    {%- set no_section_in_comment = [] -%}
    {%- for section in prop64_sections() -%}
        {%- do no_section_in_comment.append("not contains(" ~ comment_text ~ ", '" ~ section ~ "')") -%}
    {%- endfor -%}
    {%- set section_in_offense = regexp_capture(offense_descr, prop64_section_pattern(), 1) -%}
    case
        -- Few comments have such a number: this settles all others quickly.
        when {{ comment_text }} is null or ({{ no_section_in_comment | join(' and ') }})
            then null
        when coalesce(upper(trim({{ offense_descr }})), '') in ('', 'SEE COMMENT FOR CHARGE')
            then null
        when
            {{ section_in_comment }} != coalesce({{ section_in_offense }}, '')
            or (
                {{ section_in_comment }} = '11357'
                and {{ prop64_subdivision_half(comment_text) }}
                != coalesce({{ prop64_subdivision_half(offense_descr) }}, '')
            )
            then {{ comment_text }}
    end
{%- endmacro %}
