"""`cmr run --criteria POLICY` for every policy: the files carry that policy's decisions and no other's."""

import json
from pathlib import Path

import pytest

import support
from cmr import project
from cmr.build import results

# One that covers related charges too runs always, the others with the long tests: each costs a build.
ALWAYS = "pilot_san_joaquin"
POLICIES = {row["policy"]: row["county"] or "SACRAMENTO" for row in project.seed("policies")}


@pytest.mark.parametrize(
    ("policy", "county"),
    [
        pytest.param(policy, county, id=policy, marks=[] if policy == ALWAYS else pytest.mark.long)
        for policy, county in POLICIES.items()
    ],
)
def test_the_files_follow_the_policy(tmp_path: Path, policy: str, county: str) -> None:
    out = tmp_path / "out"
    sample = project.root() / "samples" / "doj_extract.csv"
    done = support.run(sample, out, "--criteria", policy, county=county)
    assert done.returncode in (0, 3), done.stderr
    with results.opened(out / "warehouse.duckdb") as con:
        decided = con.execute(
            "select determination, reason from fct_decisions where policy = ? and county = ?"
            " order by conviction_id",
            [policy, county],
        ).fetchall()
    assert decided, f"the sample has no conviction that {policy} decides"
    columns = ("Eligibility Determination", "Eligibility Reason")
    written = [tuple(line[name] for name in columns) for line in support.lines_of(out / "Prop64_Results.csv")]
    assert written == decided
    every = [tuple(line[name] for name in columns) for line in support.lines_of(out / "All_Results.csv")]
    assert [line for line in every if line != ("", "")] == decided
    assert json.loads((out / "manifest.json").read_text())["criteria"]["policy"] == policy
    summary = json.loads((out / "summary.json").read_text())
    assert set(summary["convictionDismissalCountByAdditionalRelief"]) <= {
        reason for determination, reason in decided if determination == "Eligible for Dismissal"
    }
