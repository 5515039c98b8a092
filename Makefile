# The two words a stranger needs are `make demo` and `make test`; everything else serves those who
# work on the program. Needs Python 3.11 or later, git, make and a package registry.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8800
TORCH := torch==2.13.0
PACKAGES := contract crawler indexer ranker web cli samples

# On Linux the ordinary index serves torch with gigabytes of GPU libraries, which nothing here needs:
# PyTorch's own index of CPU builds is tried first, once and briefly.
TORCH_CPU := https://download.pytorch.org/whl/cpu

# Tests that share what is costly to set up (a browser, a gathered community) stay in one process.
# They often wait for one another, so one process more than there are cores keeps all of them busy.
SIDE_BY_SIDE = -n $$($(PYTHON) -c 'import os; print(min(4, os.cpu_count() + 1))') --dist loadgroup

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export HF_HUB_OFFLINE := 1
# Set where it is, every command of the tests would be compiled anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-servers nightly check install dev bench format clean help

help:
	@echo "make demo          install, gather the sample communities, index them, serve the site"
	@echo "make test          every check and every test"
	@echo "make test-servers  crawls of real WordPress, DokuWiki and Roundup, which it installs"
	@echo "make nightly       what takes longer: MediaWiki, and a crawl that is killed fifty times"
	@echo "make check         format, lint, types, contracts and the fast tests"
	@echo "make install       the program in $(VENV), as $(BIN)/askaround"
	@echo "make bench         measure speed and relevance"

demo: install
	@$(BIN)/askaround demo --port $(PORT)

test: dev
	@$(BIN)/ruff format --check $(PACKAGES) tests bench
	@$(BIN)/ruff check $(PACKAGES) tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-servers: dev
	@scripts/install-servers wordpress dokuwiki roundup
	@ASKAROUND_SERVERS=required $(BIN)/python -m pytest tests/servers -m "not nightly" -n 2 --dist loadfile

nightly: dev
	@scripts/install-servers mediawiki
	@ASKAROUND_SERVERS=required $(BIN)/python -m pytest -m nightly

check: dev
	@$(BIN)/ruff format $(PACKAGES) tests bench
	@$(BIN)/ruff check $(PACKAGES) tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow" -q

bench: dev
	@$(BIN)/python -m bench.run

format: dev
	@$(BIN)/ruff check --fix $(PACKAGES) tests bench
	@$(BIN)/ruff format $(PACKAGES) tests bench

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

$(VENV)/.torch:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Askaround needs Python 3.11 or later; name one with PYTHON=..."; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing torch, the CPU build (about 200 MB) ..."
	@$(BIN)/pip install -q --timeout 5 --retries 0 --index-url $(TORCH_CPU) $(TORCH) 2>/dev/null \
		|| $(BIN)/pip install -q $(TORCH)
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml
	@echo "Installing Askaround ..."
	@$(BIN)/pip install -q -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.torch pyproject.toml
	@echo "Installing Askaround and its development tools ..."
	@$(BIN)/pip install -q -e ".[dev]"
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .servers demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis
