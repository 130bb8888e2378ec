# Two commands on a fresh machine with Python 3.11, pip and make:  make demo   and   make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check docs docs-check fuzz coverage coverage-all mutate crash bench bench-large clean

demo: $(STAMP)       ## run the whole cycle on the example
	@$(BIN)/kaframe demo .demo --again

test: $(STAMP)       ## run all tests
	$(BIN)/pytest -n auto

check: $(STAMP)      ## style, types, floors of the packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_house.py tests/test_docs.py

docs: $(STAMP)       ## write the pages that are made from the code, and build the site in site/
	$(BIN)/python -m kaframe.cli.reference
	$(BIN)/python -m kaframe.cli.pluginreference
	@$(BIN)/python -c "import material, mkdocs_static_i18n" 2>/dev/null || $(BIN)/python -m pip install --quiet --editable ".[docs]"
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file docsite/mkdocs.yml
	@echo "open site/index.html"

docs-check: $(STAMP) ## run what the documentation shows, and compare what is generated
	$(BIN)/pytest -q tests/test_docs.py tests/cli/test_reference.py

SECONDS ?= 60
fuzz: $(STAMP)       ## random and broken YAML, expressions, templates, CSV and workbooks: make fuzz SECONDS=600
	$(BIN)/python -m tests.fuzzing $(SECONDS)
	KAFRAME_FUZZ_EXPRESSIONS=10000 $(BIN)/pytest -q -s tests/expression/test_printed.py

coverage: $(STAMP)   ## the branches of what guards data and secrets; fails below 100 %: some 10 minutes
	$(BIN)/python -m tests.coveragegate

coverage-all: $(STAMP) ## the same with all tests, and 90 % elsewhere: half an hour and more
	$(BIN)/python -m tests.coveragegate --all

SAMPLE ?= 40
PARTS ?=
mutate: $(STAMP)     ## would the tests notice a wrong line in the same files? an hour; make mutate SAMPLE=20 PARTS="lock paths"
	PYTHONPATH=.:tests $(BIN)/python -m tests.mutating $(SAMPLE) $(PARTS)

crash: $(STAMP)      ## kill runs, break disk, database and network, on both stores: figures of docs/reliability.md; some hours, Ctrl-C tells what was tried
	cd tests && PYTHONPATH=.:.. ../$(BIN)/python -m crash

bench: $(STAMP)      ## the figures of docs/benchmarks.md, side by side in one run
	@echo "the big steps beside the same work by hand: some minutes"
	$(BIN)/python -m benchmarks.big_steps
	@echo "beside other engines (pip install -e '.[bench]'): some minutes"
	$(BIN)/python -m benchmarks.engines
	@echo "small things: some minutes"
	$(BIN)/python -m benchmarks.small_things

bench-large: $(STAMP) ## ten million accounts beside one million: 10 minutes, 16 GB of memory
	$(BIN)/python -m benchmarks.big_steps 1000000 10000000

clean:
	rm -rf $(VENV) .demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing kaframe into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@
