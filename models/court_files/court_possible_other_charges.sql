select
    line_id,
    possible_other_p64_charges
from (
    select
        line_id,
        {{ possible_other_p64_charge('offense_descr', 'comment_text') }} as possible_other_p64_charges
    from {{ ref('raw_doj__extract') }}
)
where possible_other_p64_charges is not null
