{% test same_row_count(model, compare_model, filter='true', compare_filter='true') %}
    with

    counts as (
        select
            (select count(*) from {{ model }} where {{ filter }}) as row_count,
            (select count(*) from {{ compare_model }} where {{ compare_filter }}) as compare_row_count
    )

    select * from counts
    where row_count != compare_row_count
{% endtest %}
