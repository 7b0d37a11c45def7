"""Unknown decides nothing: what is certain of a person stays so, whatever the person's unknown facts turn out to be."""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import jinja2
from hypothesis import given
from hypothesis import strategies as st

import support
from cmr import project
from cmr.build import warehouse
from cmr.law import criteria
from cmr.progress import StageProgress
from test_properties import FEW

AS_OF = date(2020, 7, 1)
PEOPLE = 1000
# Each person is in an extract once with unknown facts, and so often with values in their place.
FILLINGS = 3

COUNTIES = ["SACRAMENTO", "LOS ANGELES", "SAN JOAQUIN", "SAN FRANCISCO"]
PROP64 = [
    "11357 HS-POSS", "11357(A) HS-POSS", "11357(B) HS-POSS", "11358 HS-CULTIVATE", "11359 HS-POSS FOR SALE",
    "11359(D) HS-POSS FOR SALE", "11360(A) HS-SELL", "11360(A)(3)(C) HS-SELL", "664/11359 HS-ATT", "11360(B) GIVE",
]  # fmt: skip
OTHERS = [
    "459 PC-BURGLARY", "484 PC-THEFT", "187(A) PC-MURDER", "288(A) PC-LEWD", "261 PC-RAPE", "220 PC-MAYHEM",
    "243.4(A) PC-BATTERY", "288.2 PC-HARMFUL MATTER", "272 PC-DELINQUENCY", "186.22(B)(4) PC-GANG", "136.1 PC-WITNESS",
    "148(A)(1) PC-RESIST", "4060 BP-POSS", "11364 HS-PARAPHERNALIA", "32 PC-ACCESSORY", "11366 HS-PLACE",
    "290(B) PC-FAIL TO REGISTER", "182/11359 HS-CONSP",
]  # fmt: skip
REGISTRATIONS = ["290 PC-REGISTRATION OF SEX OFFENDER", "11590 HS-REGISTRATION"]
LEVELS = ["FELONY", "FELONY", "MISDEMEANOR", "INFRACTION"]
SENTENCES = [("", ""), ("30", "D"), ("18", "M"), ("3", "Y"), ("40", "Y")]
# The days about which rules turn: births, and events.
BIRTHS = [
    date(1963, 7, 1),
    date(1963, 7, 2),
    date(1970, 7, 1),
    date(1970, 7, 2),
    date(1998, 7, 1),
    date(1998, 7, 2),
]
DATES = [
    date(2010, 7, 1), date(2010, 7, 2), date(2013, 7, 1), date(2013, 7, 2), date(2015, 7, 1), date(2015, 7, 2),
    date(2016, 11, 8), date(2016, 11, 9), AS_OF,
]  # fmt: skip

# What stands in a field whose value is not known.
UNKNOWN = {
    "birth": ["", "00000000", "19600000", "19610230", "20210101", "18991231", "NULL"],
    "date": ["", "00000000", "19990000", "20010230", "18991231", "20210101"],
    "level": ["", "OTHER", "NULL"],
    "charge": [
        "", "  ", "NULL", "SEE COMMENT FOR CHARGE", "DISTURBING", "1 CT 11359 HS", "COUNT 1 459 PC", "CT1: 187 PC",
        "VIOLATION OF 484 PC", "187(A)-MURDER", "602-TRESPASS", "290-FAIL TO REGISTER", "11359 XX-POSS", "11359 (XX)",
        "11364 HS-SEE 187 PC", "32 PC-OR 11359 HS", "4060 BP-OR 459 PC", "11359 HS-OR 484 PC", "PENAL CODE 459",
    ],
    "sentence": [("LIFE", ""), ("6", ""), ("", "M"), ("TIME SERVED", "D"), ("6", "X")],
    "count_order": ["001001", "00100100100", "", "X01001001000"],
}  # fmt: skip
KINDS = {
    "conviction": ("COURT ACTION", "CONVICTED-JAIL"),
    "charge": ("ARREST/DETAINED/CITED", ""),
    "registration": ("REGISTRATION", ""),
    "deceased": ("DECEASED", ""),
}


@dataclass
class Entry:
    """A count of a person's history, with its facts; `shown`: what stands in place of the unknown ones."""

    kind: str
    count_order: str
    county: str
    date: date
    level: str
    charge: str
    sentence: tuple[str, str]
    shown: dict[str, object] = field(default_factory=dict)


@dataclass
class Person:
    """A person's date of birth and history; `shown` as of an entry."""

    birth: date
    entries: list[Entry]
    shown: dict[str, object] = field(default_factory=dict)


def day(draw: Random, first: date, last: date, of_note: list[date]) -> date:
    """A date of the range: often one about which a rule turns."""
    if (chosen := draw.choice(of_note)) and first <= chosen <= last and draw.random() < 0.5:
        return chosen
    return first + timedelta(draw.randint(0, (last - first).days))


def years_after(start: date, years: int) -> date:
    return date(start.year + years, start.month, min(start.day, 28))


def entry(draw: Random, kind: str, number: int, birth: date) -> Entry:
    """A count with any facts."""
    charges = REGISTRATIONS if kind == "registration" else draw.choice([PROP64, PROP64, OTHERS])
    return Entry(
        kind=kind,
        count_order=f"00{draw.randint(1, 2)}00{draw.randint(1, 2)}{number:03}000",
        county=draw.choice([*COUNTIES, "YOLO"]),
        date=day(draw, max(years_after(birth, 9), date(1985, 1, 1)), AS_OF, DATES),
        level=draw.choice(LEVELS),
        charge=draw.choice(charges),
        sentence=draw.choice(SENTENCES),
    )


def person(draw: Random) -> Person:
    """A person of whom some facts are unknown, each with a value that it may have."""
    birth = day(draw, date(1930, 1, 1), date(1999, 1, 1), BIRTHS)
    kinds = ["conviction"] * draw.randint(1, 4)
    kinds += draw.choices(["charge", "registration", "deceased"], [3, 2, 1], k=draw.randint(0, 2))
    someone = Person(birth, [entry(draw, kind, number, birth) for number, kind in enumerate(kinds, start=1)])
    someone.entries[0].charge = draw.choice(PROP64)
    share = draw.choice([0.05, 0.15, 0.3])
    if draw.random() < share:
        someone.shown["birth"] = draw.choice(UNKNOWN["birth"])
    for one in someone.entries:
        for name in {"conviction": ["date", "level", "charge", "sentence"], "charge": ["charge"]}.get(
            one.kind, ["date"]
        ):
            if draw.random() < share:
                one.shown[name] = draw.choice(UNKNOWN[name])
        if one.kind in ("conviction", "registration") and draw.random() < share / 3:
            one.shown["count_order"] = draw.choice(UNKNOWN["count_order"])
    if draw.random() < share / 3:
        contradict(draw, someone)
    return someone


def contradict(draw: Random, someone: Person) -> None:
    """Shows a date of birth after which some convictions are too early: neither date is known then."""
    dated = [
        one
        for one in someone.entries
        if one.kind == "conviction" and not one.shown.keys() & {"date", "count_order"}
    ]
    if dated:
        shown = years_after(draw.choice(dated).date, -5)
        someone.shown["birth"] = f"{shown:%Y%m%d}"
        for one in dated:
            if one.date < years_after(shown, 8):
                one.shown["date"] = f"{one.date:%Y%m%d}"


def filled(draw: Random, someone: Person) -> Person:
    """The person with any values for what is unknown: a line that was set aside may be any other count."""
    known = [one.date for one in someone.entries if not one.shown.keys() & {"date", "count_order"}]
    birth = someone.birth
    if someone.shown:
        last = years_after(min(known, default=date(2008, 1, 1)), -9)
        birth = day(draw, date(1930, 1, 1), min(last, date(1999, 1, 1)), BIRTHS)
    entries = []
    for number, one in enumerate(someone.entries, start=1):
        other = entry(draw, one.kind, number, birth)
        names = {"county", "date", "level", "charge", "sentence", "count_order"}
        if "count_order" not in one.shown:
            names &= one.shown.keys()
        values = {name: getattr(other, name) for name in names}
        entries.append(dataclasses.replace(one, shown={}, **values))
    return Person(birth, entries)


def rows(someone: Person, subject_id: str) -> list[dict[str, str]]:
    """The person's lines."""
    lines = []
    for one in someone.entries:
        shown = {name: getattr(one, name) for name in UNKNOWN if name != "birth"}
        shown |= {
            "date": f"{one.date:%Y%m%d}",
            "birth": f"{someone.birth:%Y%m%d}",
            **one.shown,
            **someone.shown,
        }
        event_type, disposition = KINDS[one.kind]
        lines.append(
            {
                "SUBJECT_ID": subject_id,
                "CII_NUMBER": f"A{subject_id}",
                "PRI_DOB": shown["birth"],
                "CNT_ORDER": shown["count_order"],
                "STP_EVENT_DATE": shown["date"],
                "STP_TYPE_DESCR": event_type,
                "STP_ORI_CNTY_NAME": one.county,
                "DISP_DESCR": disposition,
                "CONV_STAT_DESCR": shown["level"],
                "OFFENSE_TOC": "N",
                "OFFENSE_DESCR": shown["charge"],
                "SENT_LENGTH": shown["sentence"][0],
                "SENT_TIME_CODE": shown["sentence"][1],
            }
        )
    return lines


def any_criteria(draw: Random) -> dict[str, object]:
    """A county's criteria by which many facts decide."""
    place = {section: draw.choice(["dismiss", "reduce", "", ""]) for section in criteria.SECTIONS}
    return {
        "baselineEligibility": {
            action: [section for section in place if place[section] == action]
            for action in ("dismiss", "reduce")
        },
        "additionalRelief": {
            "subjectUnder21AtConviction": draw.random() < 0.5,
            "subjectAgeThreshold": draw.choice([0, 50, 57]),
            "yearsSinceConvictionThreshold": draw.choice([0, 5, 10]),
            "yearsCrimeFreeThreshold": draw.choice([0, 5, 7]),
            "subjectHasOnlyProp64Charges": draw.random() < 0.7,
            "subjectIsDeceased": draw.random() < 0.5,
        },
    }


def relief_flags() -> str:
    """The columns of the macro relief_flags, as SQL."""
    text = (project.root() / "macros" / "relief_flags.sql").read_text(encoding="utf-8")
    return str(jinja2.Template(text).module.relief_flags())  # type: ignore[attr-defined]


# Of the person N, N-0 is the one with unknown facts, and N-1 … are the same with values for them.
CONTRADICTIONS = """
with people as (
    select
        subject_key,
        split_part(subject_id, '-', 1) as person,
        cast(split_part(subject_id, '-', 2) as integer) as version
    from dim_subjects
),

decided as (
    select person, version, policy, cnt_order, determination, missing_facts
    from fct_decisions
    inner join fct_convictions using (conviction_id)
    inner join people on people.subject_key = fct_decisions.subject_key
),

relieved as (
    unpivot (
        select person, version, policy, relief.county, {relief_flags}
        from int_relief_by_subject as relief
        inner join fct_subject_records as records using (subject_key)
        inner join people using (subject_key)
    ) on has_no_felony_left, has_no_conviction_left, has_no_conviction_left_last_7_years
    into name flag value holds
)

select
    first.person,
    other.version,
    first.policy || ' ' || first.cnt_order || ': ' || first.determination || ', then ' || second.determination as what
from decided as first
cross join range(1, {versions}) as other (version)
left join decided as second
    on
        first.person = second.person
        and other.version = second.version
        and first.policy = second.policy
        and first.cnt_order = second.cnt_order
where first.version = 0 and first.missing_facts is null and first.determination is distinct from second.determination
union all
select first.person, second.version, first.policy || ' ' || first.county || ': no longer ' || first.flag
from relieved as first
inner join relieved as second using (person, policy, county, flag)
where first.version = 0 and second.version > 0 and first.holds and not second.holds
"""


@FEW
@given(seed=st.integers(0, 2**32))
def test_what_is_certain_stays_so_whatever_the_unknown_facts_turn_out_to_be(seed: int) -> None:
    draw = Random(seed)
    people = [person(draw) for _ in range(PEOPLE)]
    versions = [[someone, *(filled(draw, someone) for _ in range(FILLINGS))] for someone in people]
    lines = [
        line
        for number, of_person in enumerate(versions)
        for version, someone in enumerate(of_person)
        for line in rows(someone, f"{number}-{version}")
    ]
    with TemporaryDirectory() as name, StageProgress() as progress:
        folder = Path(name)
        (folder / "tmp").mkdir()
        chosen = folder / "criteria.json"
        chosen.write_text(json.dumps(any_criteria(draw)))
        with warehouse.build(
            [support.extract(folder, lines)],
            as_of=AS_OF,
            county="all",
            criteria=criteria.read(str(chosen)),
            folder=folder,
            progress=progress,
        ) as built:
            found = built.con.execute(
                CONTRADICTIONS.format(relief_flags=relief_flags(), versions=FILLINGS + 1)
            ).fetchall()
            [(certain,)] = built.con.execute(
                "select count(*) filter (where missing_facts is null) / count(*) from fct_decisions"
            ).fetchall()
    # A test of which no decision is open, or none certain, would prove nothing.
    assert 0.2 < certain < 0.99
    if found:
        number, version, _ = min(found, key=lambda one: len(people[int(one[0])].entries))
        raise AssertionError(
            "\n".join(
                [
                    f"{len({one[0] for one in found})} people of whom a certain decision changed; the shortest history:",
                    *(repr(someone) for someone in (people[int(number)], versions[int(number)][version])),
                    *(
                        what or "no decision then"
                        for one, other, what in found
                        if (one, other) == (number, version)
                    ),
                ]
            )
        )
