{#- The only places that read extract files. Nothing is sniffed: a sniffed dialect turned a file with one
    short line into one column of whole lines, without an error. Nothing is derived from a path either: a
    folder COLUMN=value would become a column, and the end of a name a compression. -#}

{#- Every physical line as one text, in order. A blank line is null. Lines that the engine cannot decode
    (bad bytes, over 2 MB) go to the temporary tables `rejects` and `rejects_files`. -#}
{% macro read_physical_lines(path, encoding, rejects='line_rejects') -%}
    {{ return(adapter.dispatch('read_physical_lines', 'clear_my_record')(path, encoding, rejects)) }}
{%- endmacro %}

{% macro default__read_physical_lines(path, encoding, rejects) -%}
    {% do exceptions.raise_compiler_error('CMR: read_physical_lines is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__read_physical_lines(path, encoding, rejects) -%}
read_csv(
    {{ file_to_read(path) }}, hive_partitioning = false, compression = 'none',
    columns = {'text': 'varchar'}, auto_detect = false, header = false,
    delim = e'\x01\x02', quote = '', escape = '', encoding = {{ sql_text(encoding) }},
    store_rejects = true, rejects_table = {{ sql_text(rejects) }}, rejects_scan = {{ sql_text(rejects ~ '_files') }}
)
{%- endmacro %}


{#- Every record, as 95 columns of text. `columns` gives their names; without it, they have the names of
    the extract. Use it only if each physical line is one record. -#}
{% macro read_records(path, encoding, columns=none) -%}
    {{ return(adapter.dispatch('read_records', 'clear_my_record')(path, encoding, columns)) }}
{%- endmacro %}

{% macro default__read_records(path, encoding, columns) -%}
    {% do exceptions.raise_compiler_error('CMR: read_records is not written for ' ~ target.type) %}
{%- endmacro %}

{% macro duckdb__read_records(path, encoding, columns) -%}
read_csv(
    {{ file_to_read(path) }}, hive_partitioning = false, compression = 'none',
    auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
    encoding = {{ sql_text(encoding) }},
    columns = { {%- for name in columns or doj_columns() %}'{{ name }}': 'varchar'{{ ', ' if not loop.last }}{% endfor -%} }
)
{%- endmacro %}


{#- A text inside a statement: a quote in a path or a name must not end the literal. -#}
{% macro sql_text(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}


{#- A number or a boolean inside a statement. Any other value stops the build, since it could be a
    statement of its own. -#}
{% macro number_or_boolean(value) -%}
    {%- if value is not number and value is not boolean -%}
        {%- do exceptions.raise_compiler_error('CMR: a criterion must be a number, true or false') -%}
    {%- endif -%}
    {{- value -}}
{%- endmacro %}
