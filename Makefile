# Two commands are all it takes after a clone: `make demo` and `make test`.
# Everything is installed into .venv from requirements.lock, by hash.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help demo run test test-heavy check format agreement explain-table bench attack screenshots pictures lock
.PHONY: cli-v1 nushell sdk-js clean

help: ## Show the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "awsttl needs Python 3.11 or newer; say: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) \
		|| { echo "no venv module: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@echo "installing into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## Open the dashboard on a sandbox
	@$(BIN)/awsttl demo

run: $(STAMP) ## Open the dashboard on your own files
	@$(BIN)/awsttl

test: $(STAMP) ## Run the tests, but for the heavy ones
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not heavy"

test-heavy: $(STAMP) ## Run the heavy tests: home by home against the real AWS CLIs, and others
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m heavy

check: $(STAMP) ## ruff, mypy --strict, import contracts, docs in step
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tests/docs_in_step.py

format: $(STAMP) ## Let ruff put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

agreement: $(STAMP) ## Print what awsttl predicts and what the AWS CLIs do, home by home
	@$(BIN)/python -m tests.agreement

explain-table: $(STAMP) ## Print what `awsttl explain` knows, rule by rule and client by client
	@$(BIN)/python tests/explain_table.py

bench: $(STAMP) ## Measure against the references; takes ten minutes
	@$(BIN)/python -m tests.benchmarks

attack: $(STAMP) ## Throw damaged, hostile and late things at it, and count the harm; takes minutes
	@$(BIN)/python -m tests.attack

screenshots: $(STAMP) ## Make the pictures of the README from the demo
	@$(BIN)/python screenshots/make.py

pictures: $(STAMP) ## Accept the screen as it is now as the tests' snapshot pictures
	@$(BIN)/python -m pytest tests/tui/test_pictures.py --snapshot-update

lock: $(STAMP) ## Pin all dependencies anew, with hashes and without a registry's name
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/pip install --quiet uv
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --upgrade \
		--python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header \
		--extra dev pyproject.toml -o requirements.lock

cli-v1: ## Install AWS CLI v1 for the tests, in an environment of its own
	@.cli-v1/bin/aws --version 2>/dev/null | grep -q '^aws-cli/1\.46\.3 ' || { $(PYTHON) -m venv .cli-v1 \
		&& .cli-v1/bin/pip install --quiet --disable-pip-version-check awscli==1.46.3; }

nushell: ## Install nushell for the tests, from npm's package of its binary
	@test -x .nushell/node_modules/.bin/nu || npm install --silent --no-audit --no-fund \
		--prefix .nushell nushell@0.115.1

sdk-js: ## Install the AWS SDK for JavaScript for the tests
	@test -d .sdk-js/node_modules/@aws-sdk/client-sts || npm install --silent --no-audit --no-fund \
		--prefix .sdk-js @aws-sdk/client-sts@3.1174.0 @aws-sdk/credential-provider-process@3.972.85

clean: ## Remove what was installed and made here
	rm -rf $(VENV) .cli-v1 .nushell .sdk-js build dist .mypy_cache .ruff_cache .hypothesis
