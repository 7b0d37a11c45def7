"""Related_Charges.csv: convictions that may stand for a Prop 64 offense, with the charges of their arrest."""

from pathlib import Path

import support

ARREST = {
    "STP_TYPE_DESCR": "ARREST/DETAINED/CITED ",
    "STP_EVENT_DATE": "20010103",
    "OFN": "NULL",
    "DISP_DESCR": "",
    "SENT_LENGTH": "",
    "SENT_TIME_CODE": "",
}
SALE = "11360(A) HS-GIVE/ETC MARIJ OVER 1 OZ"
ACCESSORY = "32 PC-ACCESSORY"


def arrest(order: str, offense: str, **fields: str) -> dict[str, str]:
    return ARREST | {"CNT_ORDER": order, "OFFENSE_DESCR": offense} | fields


def conviction(order: str, offense: str, **fields: str) -> dict[str, str]:
    return {"CNT_ORDER": order, "OFFENSE_DESCR": offense} | fields


def related(folder: Path, rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Line, statute and charges of each flagged conviction of a run on these lines."""
    # The county needs a Prop 64 conviction of somebody.
    done = support.run(support.extract(folder, [*rows, {"SUBJECT_ID": "9009"}]), folder / "out")
    assert done.returncode == 0, done.stderr
    lines = support.lines_of(folder / "out" / "Related_Charges.csv")
    assert {line["Potentially Eligible Related Charge"] for line in lines} <= {"Potentially Eligible"}
    return [(line["line"], line["statute"], line["Other Charges in Arrest"]) for line in lines]


def test_convictions_with_an_arrest_for_a_prop_64_offense_in_their_cycle(tmp_path: Path) -> None:
    rows = [
        # Three counts of an arrest, the second on two lines; an arrest without a Prop 64 charge.
        arrest("001001001000", ACCESSORY),
        arrest("001001002000", SALE),
        arrest("001001002001", SALE),
        arrest("001001003000", "", COMMENT_TEXT="CHRG 11366.5(A) HS"),
        arrest("001002001000", "459 PC-BURGLARY"),
        conviction("001003001000", ACCESSORY),
        conviction("001003002000", "11366.5(A) HS-RENT PLACE", STP_EVENT_DATE="20010000"),
        # On the list, but in another county; not on the list; not convicted.
        conviction("001003003000", "11366 HS-KEEP PLACE", STP_ORI_CNTY_NAME="FRESNO"),
        conviction("001003004000", "11366.8 HS-FALSE COMPARTMENT"),
        conviction("001003005000", "11366 HS-KEEP PLACE", DISP_DESCR="DISMISSED"),
        # Another cycle of the person, in which the Prop 64 offense is charged in court only.
        arrest("002001001000", "459 PC-BURGLARY"),
        conviction("002002001000", "11359 HS-POSS FOR SALE"),
        conviction("002002002000", ACCESSORY),
        # The same cycle number of another person.
        conviction("001003001000", ACCESSORY, SUBJECT_ID="1002"),
        # Court action and arrest in one event: only the arrest's charges are the arrest's.
        arrest("001001001000", SALE, SUBJECT_ID="1003"),
        conviction("001001002000", "11366 HS-KEEP PLACE", SUBJECT_ID="1003"),
        # Two arrests for Prop 64 offenses in one cycle.
        arrest("001001001000", "11357(A) HS-POSS", SUBJECT_ID="1004"),
        arrest("001002001000", "11358 HS-CULT", SUBJECT_ID="1004"),
        conviction("001003001000", "32/11358 HS-ACCESSORY", SUBJECT_ID="1004"),
    ]
    charges = "32 PC; 11360(A) HS; 11366.5(A) HS"
    assert related(tmp_path, rows) == [
        ("7", "32 PC", charges),
        ("8", "11366.5(A) HS", charges),
        ("17", "11366 HS", "11360(A) HS"),
        ("20", "32/11358 HS", "11357(A) HS; 11358 HS"),
    ]


def test_no_related_charge_gives_a_header_alone(tmp_path: Path) -> None:
    assert related(tmp_path, []) == []
    header = (tmp_path / "out" / "Related_Charges.csv").read_text().splitlines()
    assert header == [
        "file_name,line,subject_id,cii_number,cnt_order,case_number,statute,conviction_date,level,"
        "Potentially Eligible Related Charge,Other Charges in Arrest"
    ]
