{#- A key of the warehouse as an id that looks random. `cmr export-marts` draws a new export_salt for each
    export and does not keep it. So the ids agree within an export, and nobody can trace them to a line of
    the extract. -#}
{% macro research_id(key) -%}
    left(sha256(concat(getvariable('export_salt'), '/', {{ key }})), 16)
{%- endmacro %}
