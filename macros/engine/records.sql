{#- Recognizing one record of an extract, and splitting it (RFC 4180). -#}

{#- One field. It is quoted, or it is unquoted and has no line break. An unquoted field does not begin
    with a quote, nor with blanks and a quote: the engine's reader would read both as the beginning of a
    quoted field. -#}
{% macro field_pattern() -%}
    (?:"(?:[^"]|"")*"| *(?:[^,"\n ][^,\n]*)?)
{%- endmacro %}


{#- Whether a text is exactly one record of 95 fields and, if one is given, an ending. -#}
{% macro is_record(text, ending='') -%}
    regexp_full_match({{ text }}, '(?s){{ field_pattern() }}(?:,{{ field_pattern() }}){94}{{ ending }}')
{%- endmacro %}


{#- Whether the engine's CSV reader could read 95 fields from a line that is not a record: a line with
    blanks beside a quote, or with one blank field too many. -#}
{% macro may_be_misread(text) -%}
    (contains({{ text }}, ' "') or contains({{ text }}, '" ') or {{ text }}[-1] in (',', '"', ' '))
{%- endmacro %}


{#- Whether a line is a record. If the CSV reader reads the same lines, it finds those that are not
    records. Then only the lines that it could misread need the pattern, which takes a third of the time. -#}
{% macro line_is_record(text) -%}
    {%- if reader_tells_records() -%}
        case
            when {{ text }} is null then false
            when {{ may_be_misread(text) }} then {{ is_record(text) }}
            else true
        end
    {%- else -%}
        coalesce({{ is_record(text) }}, false)
    {%- endif -%}
{%- endmacro %}


{#- Whether a line is the header of its file. The condition lists the header lines' numbers, so the engine
    tests it during the scan. A join with the files could change the order of the rows. -#}
{% macro is_header(line_id) -%}
    {%- set ids = header_line_ids() -%}
    {{ line_id ~ ' in (' ~ ids | join(', ') ~ ')' if ids else 'false' }}
{%- endmacro %}


{#- The number of fields of a text whose quotes are paired. -#}
{% macro field_count(text) -%}
    len(string_split(regexp_replace({{ text }}, '(?s)"[^"]*"', '', 'g'), ','))
{%- endmacro %}


{#- The number of double quotes in a text. -#}
{% macro quote_count(text) -%}
    length({{ text }}) - length(replace({{ text }}, '"', ''))
{%- endmacro %}


{#- A row's position in a table that was written in order, from 0. It gives the order of the lines at no
    cost. -#}
{% macro row_position() -%}
    rowid
{%- endmacro %}


{#- A number for all fields of a record except the first, RECORD_ID. Lines that repeat each other have the
    same number. Quotes are left out, because one delivery may have quotes where another has none. -#}
{% macro text_hash(text) -%}
    hash(replace(regexp_replace({{ text }}, '^(?:"(?:[^"]|"")*"|[^,]*)', ''), '"', ''))
{%- endmacro %}
