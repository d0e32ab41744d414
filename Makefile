# Everything runs from .venv, which any target below makes for itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow chaos check format setup lock chromium clean

demo: .venv/.done
	$(BIN)/countersign demo

test: .venv/.done
	$(BIN)/pytest -n 4 $(PYTEST_ARGS)

test-slow: .venv/.done chromium
	HYPOTHESIS_EXAMPLES=$${HYPOTHESIS_EXAMPLES:-60} \
	  $(BIN)/pytest -m "slow or hypothesis" --timeout 300 --ignore tests/chaos $(PYTEST_ARGS)

# Longer: make chaos CHAOS_DECISIONS=1000 CHAOS_RUNS=10; the same storm again: CHAOS_SEED=…
chaos: .venv/.done
	$(BIN)/pytest -m slow tests/chaos $(PYTEST_ARGS)

check: .venv/.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: .venv/.done

.venv/.done: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Countersign needs Python 3.11 or newer: make PYTHON=python3.13 demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The lock names every wheel by hash and no index: pip takes them from wherever this machine is set up to.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --quiet --output-file requirements.lock

# The browser test drives the system's Chromium; Debian and Ubuntu get it here, elsewhere install it by hand.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || \
	  echo "No Chromium here: the browser test will be skipped. Install the package 'chromium' to run it."

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
