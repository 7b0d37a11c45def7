{#- The policies of this build, in order (var `policies`). Their names become SQL as they are: each must be a
    policy of this project. A unit test, to which dbt gives no graph, is not held to it. -#}
{% macro policies_of_build() %}
    {%- for policy in var('policies') if execute and graph.nodes -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ policy] -%}
        {%- if not node or node.fqn[1:3] != ['eligibility', 'policies'] -%}
            {%- do exceptions.raise_compiler_error('CMR: the var policies may name only policies') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(var('policies')) -%}
{% endmacro %}
