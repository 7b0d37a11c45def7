{#- The policies of this build, in order (var `policies`). Their names become SQL unquoted, so each must
    be a policy of this project. A unit test is not checked, because dbt gives it no graph. -#}
{% macro policies_of_build() %}
    {%- for policy in var('policies') if execute and graph.nodes -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ policy] -%}
        {%- if not node or node.fqn[1:3] != ['eligibility', 'policies'] -%}
            {%- do exceptions.raise_compiler_error('CMR: the var policies may name only policies') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(var('policies')) -%}
{% endmacro %}
