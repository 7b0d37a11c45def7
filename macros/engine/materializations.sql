{#- Creates a table or view directly under its own name. dbt-duckdb's own materialization (another name, two renames,
    lookups of indexes and foreign keys, a backup to drop) costs a sixth of the processor time of a build of many small
    models. -#}
{% macro make_relation(type) %}
    {%- set target_relation = this.incorporate(type=type) -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing_relation is not none -%}
        {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
    {#- Columns with their types, if the model sets how the engine stores one of them. -#}
    {%- set stored_as = config.get('meta', {}).get('stored_as') -%}
    {%- if stored_as -%}
        {%- do run_query('create table ' ~ target_relation ~ ' (' ~ stored_as ~ ')') -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if stored_as -%}
            insert into {{ target_relation }} {{ compiled_code }}
        {%- elif type == 'table' -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- else -%}
            {{ create_view_as(target_relation, compiled_code) }}
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do return({'relations': [target_relation]}) -%}
{% endmacro %}


{% materialization table, adapter='duckdb' %}
    {{ return(make_relation('table')) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{ return(make_relation('view')) }}
{% endmaterialization %}


{#- Writes the descriptions of a table's columns as comments. dbt-duckdb's own macro first looks up the columns; here the
    contract of every model with comments guarantees them. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- for name, column in column_dict.items() %}
        comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor %}
{% endmacro %}


{#- Compares the columns of a model with its contract. The result depends on the SQL and not on data, so a run skips it:
    the builds that test the project do it. -#}
{% macro get_assert_columns_equivalent(sql) %}
    {%- if var('check_contracts') -%}
        {{ return(adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql)) }}
    {%- endif -%}
{% endmacro %}


{#- Loads a seed like dbt-duckdb, but quotes the path of its file. dbt-duckdb reads the path as a pattern, and a quote in
    it ends the literal. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set load = 'copy ' ~ this ~ ' from ' ~ file_to_read(adapter.get_seed_file_path(model))
        ~ ' (format csv, header true)' -%}
    {%- do adapter.add_query(load, abridge_sql_log=True) -%}
    {{ return(load) }}
{% endmacro %}
