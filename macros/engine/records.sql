{#- How one record of an extract is told from other text, and taken apart (RFC 4180). -#}

{#- One field: quoted; or unquoted, without a line break and not beginning with a quote, nor with one behind
    blanks, which the engine's reader takes for the beginning of a quoted field. -#}
{% macro field_pattern() -%}
    (?:"(?:[^"]|"")*"| *(?:[^,"\n ][^,\n]*)?)
{%- endmacro %}


{#- Whether a text is exactly one record of 95 fields and, if one is given, an ending. -#}
{% macro is_record(text, ending='') -%}
    regexp_full_match({{ text }}, '(?s){{ field_pattern() }}(?:,{{ field_pattern() }}){94}{{ ending }}')
{%- endmacro %}


{#- Whether the engine's CSV reader could read 95 fields from a line that is not a record: one with blanks
    beside a quote, or with one blank field too many. -#}
{% macro may_be_misread(text) -%}
    (contains({{ text }}, ' "') or contains({{ text }}, '" ') or {{ text }}[-1] in (',', '"', ' '))
{%- endmacro %}


{#- Whether a line is a record. Where the CSV reader reads the same lines, it finds the others itself. Then
    only the lines that it could misread are looked at, which takes a third of the time. -#}
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


{#- Whether a line is the header of its file. Written with the lines' own numbers, which the engine compares
    while it scans: a join with the files may hand on the rows in another order. -#}
{% macro is_header(line_id) -%}
    {%- set ids = header_line_ids() -%}
    {{ line_id ~ ' in (' ~ ids | join(', ') ~ ')' if ids else 'false' }}
{%- endmacro %}


{#- How many fields a text has if its quotes pair up. -#}
{% macro field_count(text) -%}
    len(string_split(regexp_replace({{ text }}, '(?s)"[^"]*"', '', 'g'), ','))
{%- endmacro %}


{#- How many double quotes a text has. -#}
{% macro quote_count(text) -%}
    length({{ text }}) - length(replace({{ text }}, '"', ''))
{%- endmacro %}


{#- A row's place in a table that was written in order, from 0: the order of the lines at no cost. -#}
{% macro row_position() -%}
    rowid
{%- endmacro %}


{#- A number for the fields of a record behind the first, RECORD_ID: lines that repeat each other have the
    same. Quotes do not count: one delivery may have them where another has none. -#}
{% macro text_hash(text) -%}
    hash(replace(regexp_replace({{ text }}, '^(?:"(?:[^"]|"")*"|[^,]*)', ''), '"', ''))
{%- endmacro %}
