# make demo: the whole job on invented people; make test: everything that must hold. Both set up .venv first.
.PHONY: demo test test-long browser lint bench docs lock clean
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
STAMP := .venv/.installed
export CMR_WAREHOUSE ?= data/warehouse.duckdb
# What the tests of a file share is often a whole run: made once, not once for each worker.
ONE_FILE_ONE_WORKER := --dist loadscope
# The SQL of the command. Not linted: that of deidentify, which copies in DuckDB's own way, and that of generate.
QUERIES := scripts/cmr/queries
DBT_QUIET := --no-version-check --no-send-anonymous-usage-stats

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=path"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments:" \
		"on Debian and Ubuntu, install the package python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@chmod 700 data  # dbt itself would let others read the warehouse that it writes there
	@$(BIN)/python -m cmr.build.parsed_project  # so that nobody's first run has to wait for it
	@touch $@

# The extract is made anew, so that the clone stays small; it is large enough for a public report with groups in it.
# As in a real extract, some lines are set aside, which the run says by its exit status 3.
demo: $(STAMP)
	rm -rf demo_output
	$(BIN)/cmr generate --lines 20000 --county SACRAMENTO --seed 1 --out data/demo_extract.csv --force
	$(BIN)/cmr run data/demo_extract.csv --county SACRAMENTO --as-of 2020-07-01 \
		--criteria samples/criteria.json --papers omnibus --out demo_output || [ $$? -eq 3 ]
	@echo; echo "The people of data/demo_extract.csv are invented. Open demo_output/Summary_Report.html first."; echo
	@sed -n 's/^| `\([^`]*\)` | \(.*\) |$$/\1|\2/p' README.md | while IFS='|' read -r name meaning; do \
		[ ! -e "demo_output/$$name" ] || printf 'demo_output/%-26s %s\n' "$$name" "$$meaning"; done
	@echo; echo "The history of one person in Needs_Review.csv, and every rule that was asked:"
	@echo "$(BIN)/cmr explain $$(grep -m 1 'Hand Review' demo_output/Needs_Review.csv | cut -d , -f 3) --run demo_output"

test: browser lint
	rm -f $(CMR_WAREHOUSE) $(CMR_WAREHOUSE).wal
	$(BIN)/dbt build $(DBT_QUIET) --quiet
	$(BIN)/pytest -n auto $(ONE_FILE_ONE_WORKER) -m "not long"

test-long: browser
	$(BIN)/pytest -n auto -m long
	CMR_EXAMPLES=5 $(BIN)/pytest -n auto -m "not long" tests/python/test_properties.py \
		tests/python/test_hostile.py tests/python/test_deidentify.py

# Pages are tested in a browser: installed where that takes no more than root's apt-get, else asked for.
browser: $(STAMP)
	@$(BIN)/python tests/python/browser.py

lint: $(STAMP)
	$(BIN)/sqlfluff lint models macros tests $(wildcard analyses) $(addprefix $(QUERIES)/,diff papers)
	$(BIN)/sqlfluff lint --templater placeholder $(addprefix $(QUERIES)/,compare explain files)
	$(BIN)/ruff check scripts tests/python
	$(BIN)/ruff format --check scripts tests/python
	$(BIN)/mypy scripts

bench: $(STAMP)
	$(BIN)/python scripts/bench

docs: $(STAMP)
	$(BIN)/python -m cmr.law.policy_docs
	$(BIN)/cmr docs --out target/docs.html

# The only target that looks versions up: pins all of them anew, for every Python from 3.11.
lock:
	printf 'setuptools>=77\nwheel\n' | uv pip compile --universal --python-version 3.11 --upgrade --quiet \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-strip-extras \
		--extra dev pyproject.toml - --output-file requirements.lock

clean:
	rm -rf .venv data/* target logs demo_output bench_output .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find scripts tests -name __pycache__ -prune -exec rm -rf {} +
