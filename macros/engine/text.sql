{#
    Text functions that every engine spells its own way. `default__` stops the build: a new engine needs its own macro,
    and nothing is guessed. Patterns are in RE2 syntax and have no single quote.
#}

{# The parts of a text that match the groups of a pattern, as a struct with one text field per group. A field
   is '' if its group, or the whole pattern, does not match. Case is ignored, and a dot matches a line break
   too.
   text: SQL expression; names: the groups' names, in order. #}
{% macro regexp_groups(text, pattern, names) -%}
    {{ return(adapter.dispatch('regexp_groups', 'clear_my_record')(text, pattern, names)) }}
{%- endmacro %}

{% macro duckdb__regexp_groups(text, pattern, names) -%}
    regexp_extract({{ text }}, '{{ pattern }}', ['{{ names | join("', '") }}'], 'si')
{%- endmacro %}

{% macro default__regexp_groups(text, pattern, names) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_groups is not written for ' ~ target.type) %}
{%- endmacro %}


{# One group of the first match of a pattern in a text, null if the group does not match. Case is ignored. #}
{% macro regexp_capture(text, pattern, group) -%}
    {{ return(adapter.dispatch('regexp_capture', 'clear_my_record')(text, pattern, group)) }}
{%- endmacro %}

{% macro duckdb__regexp_capture(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}, 'si'), '')
{%- endmacro %}

{% macro default__regexp_capture(text, pattern, group) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_capture is not written for ' ~ target.type) %}
{%- endmacro %}


{# Whether a pattern occurs anywhere in a text. Case is ignored. #}
{% macro regexp_test(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_test', 'clear_my_record')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__regexp_test(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}', 'si')
{%- endmacro %}

{% macro default__regexp_test(text, pattern) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_test is not written for ' ~ target.type) %}
{%- endmacro %}


{# A text with every match of a pattern replaced; \1 in the replacement is the first group. Case matters. #}
{% macro regexp_substitute(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_substitute', 'clear_my_record')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__regexp_substitute(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro default__regexp_substitute(text, pattern, replacement) -%}
    {% do exceptions.raise_compiler_error('CMR: regexp_substitute is not written for ' ~ target.type) %}
{%- endmacro %}


{# The pattern of white space of any kind: blanks, tabs, no-break and zero-width spaces. It lists the
   characters, because the engine prepares a Unicode class slowly, and again for each field of each query. #}
{% macro space_pattern() -%}
    {{ return(
        '[ \\t\\n\\x0b\\f\\r\\x1c-\\x1f\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200b}\\x{2028}\\x{2029}'
        ~ '\\x{202f}\\x{205f}\\x{2060}\\x{3000}\\x{feff}]'
    ) }}
{%- endmacro %}


{# A text without white space at its ends. Nearly all texts begin and end with a printable ASCII
   character, and two comparisons find them. A pattern on every field of every line would cost a tenth of
   a run. #}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed', 'clear_my_record')(text)) }}
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    {%- set space = space_pattern() -%}
    case
        when {{ text }} between '!' and '~' and {{ text }}[-1] between '!' and '~' then {{ text }}
        else regexp_replace({{ text }}, '^{{ space }}+|{{ space }}+$', '', 'g')
    end
{%- endmacro %}

{% macro default__trimmed(text) -%}
    {% do exceptions.raise_compiler_error('CMR: trimmed is not written for ' ~ target.type) %}
{%- endmacro %}


{# The pattern of the words that mean "no value", in upper case. #}
{% macro word_for_nothing_pattern() -%}
    {{ return('NULL|[(]NULL[)]|N/A|NONE') }}
{%- endmacro %}


{# Whether a text begins with a printable ASCII character with which no word for "no value" begins. These
   comparisons of the first bytes settle nearly every field. #}
{% macro begins_plainly(text) -%}
    ({{ text }} between ')' and 'M~' or {{ text }} between 'O' and 'm~')
{%- endmacro %}


{# A field's value without white space at its ends. Null if it is blank, or only a word that means "no
   value": NULL, (NULL), N/A or NONE in any case. Texts that begin unlike these words need no pattern. #}
{% macro known_text(text) -%}
    {{ return(adapter.dispatch('known_text', 'clear_my_record')(text)) }}
{%- endmacro %}

{% macro duckdb__known_text(text) -%}
    {%- set space = space_pattern() -%}
    nullif(
        case
            when
                {{ begins_plainly(text) }}
                and {{ text }}[-1] between '!' and '~'
                then {{ text }}
            when {{ text }} <> ''
                then regexp_replace(
                    {{ text }},
                    '^{{ space }}*(?:(?i:{{ word_for_nothing_pattern() }}){{ space }}*$)?|{{ space }}+$', '', 'g'
                )
        end, ''
    )
{%- endmacro %}

{% macro default__known_text(text) -%}
    {% do exceptions.raise_compiler_error('CMR: known_text is not written for ' ~ target.type) %}
{%- endmacro %}


{# Whether known_text of a field is null. #}
{% macro is_blank(text) -%}
    {{ return(adapter.dispatch('is_blank', 'clear_my_record')(text)) }}
{%- endmacro %}

{% macro duckdb__is_blank(text) -%}
    {%- set space = space_pattern() -%}
    case
        when {{ begins_plainly(text) }} then false
        else coalesce(
            regexp_full_match({{ text }}, '{{ space }}*(?i:{{ word_for_nothing_pattern() }})?{{ space }}*'), true
        )
    end
{%- endmacro %}

{% macro default__is_blank(text) -%}
    {% do exceptions.raise_compiler_error('CMR: is_blank is not written for ' ~ target.type) %}
{%- endmacro %}


{# A text in upper case, without white space at its ends, and with one blank for any white space inside it. #}
{% macro squeezed(text) -%}
    {{ regexp_substitute('upper(' ~ trimmed(text) ~ ')', '\\s+', ' ') }}
{%- endmacro %}
