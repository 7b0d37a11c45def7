"""The keys of people and convictions are the same in every run, whatever files are read and in whatever order."""

import random
from datetime import date
from pathlib import Path

import support
from cmr.build import warehouse
from cmr.law import criteria
from cmr.progress import StageProgress

PEOPLE = [f"S{number}" for number in range(8)]
LINES = [
    {"SUBJECT_ID": subject, "CNT_ORDER": f"00{cycle}00200{count}000", "RECORD_ID": f"{subject}{cycle}{count}"}
    for subject in PEOPLE
    for cycle in (1, 2)
    for count in (1, 2)
]


def keys(
    folder: Path, files: list[list[dict[str, str]]]
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The key of each person by SUBJECT_ID, and of each conviction by SUBJECT_ID and CNT_ORDER."""
    (folder / "tmp").mkdir(parents=True)
    paths = [
        support.extract(folder, rows, name=f"{number}.csv", header=bool(number % 2))
        for number, rows in enumerate(files)
    ]
    with (
        StageProgress() as progress,
        warehouse.build(
            paths,
            as_of=date(2020, 7, 1),
            county="SACRAMENTO",
            criteria=criteria.Criteria("county_criteria"),
            folder=folder,
            progress=progress,
            select=["+fct_convictions"],
        ) as built,
    ):
        people = built.con.execute("select subject_id, person_key from dim_subjects").fetchall()
        query = """
            select subjects.subject_id, convictions.cnt_order, convictions.conviction_key
            from fct_convictions as convictions
            inner join dim_subjects as subjects on convictions.subject_key = subjects.subject_key
        """
        convictions = built.con.execute(query).fetchall()
    return dict(people), {(subject, charge): key for subject, charge, key in convictions}


def test_keys_do_not_depend_on_the_cut_or_the_order_of_the_files(tmp_path: Path) -> None:
    people, convictions = keys(tmp_path / "whole", [LINES])
    assert sorted(people) == PEOPLE and len(convictions) == len(LINES)
    assert len({*people.values(), *convictions.values()}) == len(people) + len(convictions)
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in people.values())
    chance = random.Random(5)
    for number in range(2):
        lines = chance.sample(LINES, len(LINES))
        cut = chance.randrange(1, len(lines))
        assert keys(tmp_path / str(number), [lines[:cut], lines[cut:]]) == (people, convictions)
    some_people, some_convictions = keys(tmp_path / "some", [LINES[-3:]])
    assert some_people.items() <= people.items() and some_convictions.items() <= convictions.items()
    assert len(some_convictions) == 3
