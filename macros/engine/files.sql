{#- Questions to the extract files before they are read, and results of the reading. -#}

{#- A file's path inside a statement that reads it. The engine reads a path as a pattern. In a pattern,
    brackets make a special character an ordinary one. -#}
{% macro file_to_read(path) -%}
    {%- set name = path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') -%}
    {%- if name != path and '\\' in path -%}
        {%- do exceptions.raise_compiler_error(
            'CMR: ' ~ path ~ ': a name with a backslash beside *, ? or [ cannot be read; rename it'
        ) -%}
    {%- endif -%}
    {{- sql_text(name) -}}
{%- endmacro %}


{#- A file's path inside a statement that writes it. The engine does not read such a path as a pattern. -#}
{% macro file_to_write(path) -%}
    {{ sql_text(path) }}
{%- endmacro %}


{#- Paths that match a pattern, in order. -#}
{% macro matching_files(pattern) %}
    {%- set files = run_query('select file from glob(' ~ sql_text(pattern) ~ ') order by file') -%}
    {%- do return(files.columns[0].values()) -%}
{% endmacro %}


{#- utf-8, or latin-1 if some line is not valid UTF-8. -#}
{% macro detected_encoding(path) %}
    {%- do run_query('select count(text) from ' ~ read_physical_lines(path, 'utf-8', 'probe_rejects')) -%}
    {%- set undecodable = run_query(
        "select count(*) from probe_rejects join probe_rejects_files using (scan_id, file_id)"
        ~ " where error_type = 'INVALID ENCODING' and file_path = " ~ sql_text(path)
    ).columns[0].values()[0] -%}
    {%- do return('latin-1' if undecodable else 'utf-8') -%}
{% endmacro %}


{#- Copies the reader's own reject tables into a table: they are temporary, and end with the connection. -#}
{% macro keep_reader_rejects() -%}
    create or replace table {{ source('reader', 'raw_reader_rejects') }} as
    select
        rejects_files.file_path as path,
        cast(rejects.line as bigint) as line,
        case any_value(rejects.error_type)
            when 'INVALID ENCODING' then 'bytes that are not text in the encoding of the file'
            when 'LINE SIZE OVER MAXIMUM' then 'longer than 2 million bytes'
            else 'cannot be read'
        end as cause,
        any_value(rejects.csv_line) as text
    from line_rejects as rejects
    inner join line_rejects_files as rejects_files using (scan_id, file_id)
    group by rejects_files.file_path, rejects.line
{%- endmacro %}


{#- The file, beside the temporary files, that passes records assembled from odd lines to the CSV reader. -#}
{% macro records_file() -%}
    {{ env_var('CMR_TEMP', 'data/tmp') }}-records.csv
{%- endmacro %}


{#- Writes the records for the CSV reader, if it cannot read the files themselves. -#}
{% macro write_records() -%}
    {% if not every_line_is_a_record() -%}
        copy (select text from {{ ref('raw_extract_records') }})
        to {{ file_to_write(records_file()) }} (format csv, header false, delimiter e'\x01\x02', quote '', escape '')
    {%- endif %}
{%- endmacro %}


{#- Empties that file, so that nothing of the extract is left behind. -#}
{% macro empty_records() -%}
    {% if not every_line_is_a_record() -%}
        copy (select 1 where false) to {{ file_to_write(records_file()) }} (format csv, header false)
    {%- endif %}
{%- endmacro %}
