# Needs Python (3.11 or newer) and make; everything else is installed into .venv.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready

.PHONY: demo test check lint format types tidy clean

demo: $(READY)         ## derive, explain and check several losses in the terminal
	@$(BIN)/python examples/demo.py

test: $(READY)         ## all tests; more options as in: make test ARGS="-k layout"
	@$(BIN)/python -m pytest $(ARGS)

check: lint format types test  ## what CI runs

lint: $(READY)
	$(BIN)/ruff check .

format: $(READY)
	$(BIN)/ruff format --check .

# rules/ is typed as what it is once installed, derive.rules: mypy reads a copy in that place.
types: $(READY)
	@rm -rf build/typed && mkdir -p build/typed
	@cp -R derive build/typed/derive && cp -R rules build/typed/derive/rules
	cd build/typed && ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache -p derive

tidy: $(READY)         ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "derive needs Python 3.11 or newer; this is %s. Name another one: make PYTHON=python3.12" % sys.version.split()[0])'
	@echo "Setting up .venv (a minute, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
