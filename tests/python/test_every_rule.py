"""Every rule of every policy decides somebody: a person for each, from the extract to the decision.

The people's other facts are such that no rule ahead of theirs is met. As of 2020-07-01.
"""

import json
from collections.abc import Iterator

import duckdb
import pytest

import support

Line = dict[str, str]
CRITERIA = {
    "baselineEligibility": {"dismiss": ["11357"], "reduce": ["11359", "11360"]},
    "additionalRelief": {
        "subjectUnder21AtConviction": True,
        "subjectAgeThreshold": 57,
        "yearsSinceConvictionThreshold": 10,
        "yearsCrimeFreeThreshold": 5,
        "subjectHasOnlyProp64Charges": True,
        "subjectIsDeceased": True,
    },
}


def conviction(date: str, offense: str = "11359 HS-POSSESS FOR SALE", cycle: int = 1, **fields: str) -> Line:
    """A felony without a sentence, of a person who was 40 in 2020."""
    return {
        "STP_EVENT_DATE": date,
        "OFFENSE_DESCR": offense,
        "CNT_ORDER": f"{cycle:03}001001000",
        "PRI_DOB": "19800314",
        "SENT_LENGTH": "",
        "SENT_TIME_CODE": "",
    } | fields


def event(kind: str, offense: str = "", **fields: str) -> Line:
    """A later event that is no conviction."""
    place = {"CNT_ORDER": "009001001000", "STP_TYPE_DESCR": kind}
    nothing = {"DISP_DESCR": "", "CONV_STAT_DESCR": "", "OFFENSE_TOC": ""}
    return conviction("20050101", offense) | place | nothing | fields


LOWER = {"CONV_STAT_DESCR": "MISDEMEANOR", "OFFENSE_TOC": "M"}
YEARS = {"SENT_LENGTH": "30", "SENT_TIME_CODE": "Y"}
UNKNOWN_END = {"SENT_LENGTH": "LIFE", "SENT_TIME_CODE": ""}
BORN_1960 = {"PRI_DOB": "19600314"}
BORN_1999 = {"PRI_DOB": "19990101"}
DEAD = event("DECEASED")
REGISTERED = event("REGISTRATION", "290(A) PC-REGISTER AS SEX OFFENDER")
ARRESTED_11357 = event("ARREST/DETAINED/CITED", "11357(A) HS-POSSESS", CNT_ORDER="001002001000")


def theft(date: str, **fields: str) -> Line:
    return conviction(date, "484(A) PC-THEFT", 2, **fields)


def related_charge_people() -> dict[str, list[Line]]:
    """San Joaquin and Contra Costa."""
    resisting, needles = "148(A)(1) PC-OBSTRUCT OFFICER", "4060 BP-POSSESS CNTL SUB"
    return {
        "convicted_after_prop64": [conviction("20161109")],
        "related_without_prop64_charge": [conviction("20050201", resisting)],
        "related_bp_4060": [conviction("20050201", needles), ARRESTED_11357],
        "other_related": [conviction("20050201", resisting), ARRESTED_11357],
        "not_a_felony": [conviction("20050201", **LOWER)],
        "section_11357": [conviction("20050201", "11357(C) HS-POSSESS")],
        "clear_for_five_years": [conviction("20050201"), theft("20150630")],
        "more_than_one_conviction": [conviction("20050201"), theft("20150701")],
        "sentence_completed": [conviction("20050201")],
        "only_conviction": [conviction("20050201", **YEARS)],
    }


# County, policy, and for each of its rules the lines of a person. The rule decides the first of them.
PEOPLE: dict[tuple[str, str], dict[str, list[Line]]] = {
    ("YOLO", "county_criteria"): {
        "not_a_felony": [conviction("20160801", "11358 HS-CULTIVATE", **LOWER), theft("20160802")],
        "section_dismissed": [conviction("20160801", "11357(C) HS-POSSESS"), theft("20160802")],
        "under_21_at_conviction": [
            conviction("20160801", "11358 HS-CULTIVATE", **BORN_1999),
            theft("20160802", **BORN_1999),
        ],
        "age_reached": [
            conviction("20160801", "11358 HS-CULTIVATE", **BORN_1960),
            theft("20160802", **BORN_1960),
        ],
        "years_since_conviction": [conviction("20100701", "11358 HS-CULTIVATE"), theft("20160802")],
        "years_crime_free": [conviction("20100702", "11358 HS-CULTIVATE"), theft("20150630")],
        "only_prop64_convictions": [conviction("20160801", "11358 HS-CULTIVATE")],
        "deceased": [conviction("20160801", "11358 HS-CULTIVATE"), theft("20160802"), DEAD],
        "section_reduced": [conviction("20160801"), theft("20160802")],
        "no_criteria_apply": [conviction("20160801", "11358 HS-CULTIVATE"), theft("20160802")],
    },
    ("YUBA", "dismiss_all_prop64"): {"prop64_conviction": [conviction("20160801")]},
    ("YUBA", "dismiss_all_prop64_and_related"): {
        "prop64_or_related_conviction": [conviction("20160801", "148(A)(1) PC-OBSTRUCT OFFICER")],
    },
    ("LOS ANGELES", "pilot_los_angeles"): {
        "not_a_felony": [conviction("20110801", **LOWER)],
        "convicted_after_prop64": [conviction("20161109")],
        "section_11357_a_or_b": [conviction("20110801", "11357(A) HS-POSSESS")],
        "other_11357": [conviction("20110801", "11357(C) HS-POSSESS")],
        "earlier_superstrike": [conviction("20110801"), conviction("20110731", "187(A) PC-MURDER", 2)],
        "earlier_pc290_record": [conviction("20110801"), theft("20110802"), REGISTERED],
        "two_priors": [
            conviction("20110803"),
            conviction("20110802", cycle=2),
            conviction("20110801", cycle=3),
            conviction("20110801", "484(A) PC-THEFT", 4),
        ],
        "age_reached": [conviction("20110801", PRI_DOB="19700701"), theft("20110802", PRI_DOB="19700701")],
        "age_21_or_less": [conviction("20160801", **BORN_1999), theft("20160802", **BORN_1999)],
        "only_prop64_and_sentences_completed": [conviction("20110801")],
        "clear_for_years": [conviction("20050801"), theft("20100701")],
        "serving_sentence": [conviction("20110801"), theft("20110802", **YEARS)],
        "deceased": [conviction("20110801"), theft("20110802"), DEAD],
        "no_criteria_apply": [conviction("20110801"), theft("20110802")],
    },
    ("SACRAMENTO", "pilot_sacramento"): {
        "convicted_after_prop64": [conviction("20161109")],
        "not_a_felony": [conviction("20050201", **LOWER)],
        "section_11357_b": [conviction("20050201", "11357(B) HS-POSSESS")],
        "clear_for_ten_years": [conviction("20050201"), theft("20100630")],
        "more_than_one_conviction": [conviction("20050201"), theft("20100701")],
        "sentence_completed": [conviction("20050201")],
        "only_conviction": [conviction("20050201", **YEARS)],
    },
    ("SAN JOAQUIN", "pilot_san_joaquin"): related_charge_people(),
    ("CONTRA COSTA", "pilot_contra_costa"): related_charge_people(),
    ("SAN FRANCISCO", "pilot_san_francisco"): {
        "not_a_felony": [conviction("20050201", **LOWER)],
        "plea_with_prop64_charge_in_event": [
            conviction("20050201", "32 PC-ACCESSORY"),
            conviction("20050201", CNT_ORDER="001001002000", DISP_DESCR="DISMISSED"),
        ],
        "plea_with_prop64_charge_in_cycle": [conviction("20050201", "32 PC-ACCESSORY"), ARRESTED_11357],
        "pc290_registration": [conviction("20050201"), REGISTERED],
        "superstrike": [conviction("20050201"), conviction("20110731", "187(A) PC-MURDER", 2)],
        "three_conviction_events": [conviction(f"200502{cycle:02}", cycle=cycle) for cycle in (1, 2, 3)],
        "subdivision_left_out": [conviction("20050201", "11359(D) HS-POSSESS FOR SALE")],
        "dismissed_under_pc_1203_4": [
            conviction("20050201"),
            conviction("20050201", CNT_ORDER="001001002000", DISP_DESCR="DISMISSED-1203.4 PC"),
        ],
        "sentence_completed": [conviction("20050201")],
        "sentence_running": [conviction("20050201", **YEARS)],
        "no_criteria_apply": [conviction("20050201", **UNKNOWN_END)],
    },
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A run for all counties with these people only, each under a SUBJECT_ID that says whom it is for."""
    folder = tmp_path_factory.mktemp("every_rule")
    lines = [
        line | {"SUBJECT_ID": f"{policy}.{rule}", "CII_NUMBER": "", "STP_ORI_CNTY_NAME": county}
        for (county, policy), people in PEOPLE.items()
        for rule, history in people.items()
        for line in history
    ]
    (folder / "criteria.json").write_text(json.dumps(CRITERIA))
    extract = support.extract(folder, lines)
    done = support.run(extract, folder / "out", "--criteria", folder / "criteria.json", county="all")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(folder / "out" / "warehouse.duckdb"), read_only=True) as con:
        yield con


def test_each_person_is_decided_by_the_rule_that_they_are_there_for(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    deciding = dict(
        warehouse.execute(
            "select policy || '.' || subject_id, min_by(rule_id, conviction_id)"
            " from fct_decisions inner join dim_subjects using (subject_key) group by all"
        ).fetchall()
    )
    expected = {
        f"{policy}.{policy}.{rule}": rule for (_, policy), people in PEOPLE.items() for rule in people
    }
    assert {person: deciding.get(person) for person in expected} == expected


def test_every_rule_of_every_policy_decides_somebody(warehouse: duckdb.DuckDBPyConnection) -> None:
    idle = warehouse.execute(
        "select policy, rule_id from dim_policy_rules"
        " except select policy, rule_id from fct_decisions order by all"
    ).fetchall()
    assert idle == []
