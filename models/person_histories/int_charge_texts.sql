select charge_text
from {{ ref('rec_entries') }}
union
-- What else a convicted line names as its offense: compared with its charge.
select offense_of_conviction as charge_text
from {{ ref('rec_entries') }}
where is_convicted and offense_of_conviction is not null
union
select offense_of_disposition as charge_text
from {{ ref('rec_entries') }}
where is_convicted and offense_of_disposition is not null
