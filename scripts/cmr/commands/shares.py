"""How often each feature and oddity of real extracts occurs in a synthetic one (`cmr generate`)."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Sequence

from cmr.errors import CmrError


def share(default: float, help: str) -> float:
    """A field of Shares: its default and what it is a share of."""
    return dataclasses.field(default=default, metadata={"help": help})


@dataclasses.dataclass(frozen=True)
class Shares:
    """How often each feature and each oddity occurs, from 0 (never) to 1 (always, where it can be).

    The defaults give a file that is like real ones; tests and demonstrations raise single shares.
    """

    # of people
    unknown_birth_date: float = share(0.01, "people whose date of birth is 00000000, YYYY0000 or blank")
    conflicting_person: float = share(
        0.01,
        "people whose later events carry another name, date of birth, gender and race",
    )
    recent_youth: float = share(
        0.01,
        "people first arrested at 14 to 17, between 5 and 3 years before the file ends",
    )
    deceased: float = share(0.03, "people with a DECEASED event, the last of their history")
    registration: float = share(
        0.01,
        "people with a `290 PC` REGISTRATION event; most have such an offense too",
    )
    drug_registration: float = share(0.02, "people with an `11590 HS` REGISTRATION event")
    applicant: float = share(0.08, "people with an APPLICANT event")
    # of cycles
    other_county: float = share(0.28, "cycles outside the county of the file")
    gang_pair: float = share(
        0.0005,
        "arrest cycles with PC 186.22(b)(4) and a felony that makes it a superstrike",
    )
    court_action: float = share(0.88, "arrest cycles that come before a court")
    custody: float = share(0.12, "cycles with a conviction that have a CUSTODY event")
    probation: float = share(0.15, "cycles with a conviction that have a PROBATION event")
    set_aside: float = share(
        0.02,
        "cycles with a conviction that a later court action sets aside under PC 1203.4",
    )
    missing_case_number: float = share(0.02, "cycles whose court lines have no case number")
    null_case_number: float = share(0.03, "cycles whose court lines have the case number NULL")
    # of events
    unknown_date: float = share(0.004, "events dated 00000000, YYYY0000, an impossible day, or not at all")
    future_date: float = share(0.0002, "court actions dated one to five years after the file ends")
    unknown_county: float = share(0.001, "events without a county")
    # of counts
    prop64: float = share(0.16, "counts that are a Prop 64 offense, besides the one that everybody has")
    related: float = share(0.1, "the other counts that are a related charge (PC 148, HS 11364, BP 4060 ...)")
    lookalike: float = share(
        0.012,
        "the other counts that resemble Prop 64 (HS 11357.5, 182/11359, 32/11360 ...)",
    )
    superstrike: float = share(0.006, "the other counts that are a superstrike, PC 667(e)(2)(C)(iv)")
    registrable: float = share(0.006, "the other counts that are a PC 290(c) offense")
    depends: float = share(
        0.004,
        "the other counts whose statute alone does not say whether they are on those lists",
    )
    plea_bargain: float = share(0.03, "Prop 64 counts that the court takes as PC 32, HS 11366 or 11366.5")
    convicted: float = share(0.72, "counts before a court that end in a conviction")
    several_case_numbers: float = share(
        0.05,
        "every second count of a court action: a case number of its own",
    )
    unknown_level: float = share(0.02, "counts with a blank CONV_STAT_DESCR, and N or blank as OFFENSE_TOC")
    unusual_level: float = share(0.01, "counts whose level is drawn without regard to the law")
    level_in_toc_only: float = share(0.05, "counts with a blank CONV_STAT_DESCR and the level in OFFENSE_TOC")
    life_sentence: float = share(0.002, "felony counts sentenced to LIFE")
    long_sentence: float = share(0.02, "felony counts sentenced to 8 to 25 years")
    unknown_sentence: float = share(
        0.005,
        "convictions with a sentence part that has no length, unit or known unit",
    )
    set_off_code: float = share(
        0.01,
        "charges before a court with the code behind a comma, a dash or an underscore, or in brackets",
    )
    attempt_in_words: float = share(
        0.2, "attempts before a court as `664 11359 HS`, or with ATT in the literal only"
    )
    two_statutes: float = share(0.003, "charges before a court that name a second statute behind a slash")
    doubtful_charge: float = share(
        0.003,
        "charges before a court that cannot be read, or only with doubt (`1 CT 11359 HS`, no code, another code)",
    )
    relief_entry: float = share(
        0.01, "convictions with a further line of the count that says how they were relieved"
    )
    charge_in_comment: float = share(
        0.02,
        "counts whose charge stands in COMMENT_TEXT, OFFENSE_DESCR saying nothing",
    )
    # of lines
    comment_names_prop64: float = share(
        0.01,
        "lines whose comment names a Prop 64 section besides the offense",
    )
    remark: float = share(0.08, "lines with another comment")
    padded: float = share(0.05, "lines whose event type, disposition and level end in blanks")
    white_space: float = share(
        0.002, "lines whose charge, date and level stand between tabs or no-break spaces"
    )
    null_word: float = share(
        0.005, "lines with the word NULL where the date of birth, the level or the unit is blank"
    )
    repeated_line: float = share(0.001, "lines that stand there twice, with another RECORD_ID")
    blank_subject_id: float = share(0.0002, "lines without a SUBJECT_ID")
    short_count_order: float = share(0.0002, "lines whose CNT_ORDER has fewer than 12 digits")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= 1:
                raise CmrError(f"share {field.name}: {value} is not between 0 and 1", status=2)

    @classmethod
    def parse(cls, settings: Sequence[str]) -> Shares:
        """The default shares, changed by settings of the form name=value."""
        names = [field.name for field in dataclasses.fields(cls)]
        values = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in names:
                nearest = difflib.get_close_matches(name, names, n=3) or names
                raise CmrError(f"unknown share {name!r}; there is {', '.join(nearest)}", status=2)
            try:
                values[name] = float(value)
            except ValueError:
                raise CmrError(f"share {name}: {value!r} is not a number", status=2) from None
        return cls(**values)
