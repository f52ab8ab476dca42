# `make demo` needs only Python 3.11 or newer; everything else is installed into .venv, by hash.
.PHONY: demo run test test-parts test-chance test-whole lint check simulate powercut fuzz torture format lock clean
.DELETE_ON_ERROR:
MAKEFLAGS += --jobs=4 # what `check` and `test` are made of runs side by side

PYTHON ?= python3
python := .venv/bin/python
pip_install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes

demo: .venv/runtime            ## show the whole counter on this machine, with nobody else involved
	$(python) run.py demo

run: .venv/runtime             ## migrate the database and serve
	$(python) run.py

# Coverage is measured of the tests of the parts. Whole processes and everything that is left to
# chance run beside them: measuring takes three times as long, and chance proves no line.
CHANCE := $(wildcard $(addprefix tests/,fuzz mutants simulation stateful torture))
WHOLE := $(wildcard $(addprefix tests/,crash e2e powercut))
parts := $(addprefix --ignore=,$(CHANCE) $(WHOLE))

test: test-parts test-chance test-whole ## every test, and the coverage that they must reach

test-parts: .venv/dev
	$(python) -m coverage run -m pytest $(parts) -m 'not hypothesis'
	$(python) -m coverage report
	$(python) -m coverage report --include='bot/domain/*,bot/services/*,storage/*' --fail-under=100

test-chance: .venv/dev
	$(python) -m pytest $(parts) -m hypothesis
	$(python) -m pytest $(CHANCE)

test-whole: .venv/dev
	$(python) -m pytest $(WHOLE)

lint: .venv/dev
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy .
	.venv/bin/lint-imports

check: lint test               ## what has to pass before a change lands
	$(python) run.py demo

SEEDS ?= 1-48
simulate: .venv/dev            ## run the simulated world, seeds 1 to 48 or as SEEDS=FIRST-LAST says
	$(python) -m tests.simulation --seeds $(SEEDS)

powercut: .venv/dev            ## cut the power at every sync of two thousand commits (needs a C compiler)
	$(python) -m tests.powercut

TIMES ?= 10
fuzz: .venv/dev                ## hostile answers and updates, TIMES times as many as `make test` sends
	FUZZ_TIMES=$(TIMES) $(python) -m pytest -q tests/fuzz

torture: .venv/dev             ## run the real bot in bad weather, killed again and again (up to an hour)
	$(python) -m tests.torture

format: .venv/dev              ## let ruff lay out the code and mend what it can
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

lock: .venv/dev                ## choose the newest versions that fit and write their hashes
	$(compile) requirements.in -o requirements.txt
	$(compile) requirements-dev.in -o requirements-dev.txt

compile := $(python) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

clean:
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Wakil needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(pip_install) -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(pip_install) -r requirements-dev.txt
	@touch $@
