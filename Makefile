# What one types. Everything is made in .venv/ and var/, which git ignores.

PORT ?= 5000
FORUM_DATA_DIR ?= var
PYTEST = .venv/bin/python -m pytest -n 2

export PORT FORUM_DATA_DIR PYTHON

.PHONY: help run test soak coverage check audit clean lock wheel environment environment-dev machine
.NOTPARALLEL:

help:
	@echo 'make run     the site with demonstration data on http://localhost:$(PORT) (PORT= changes it)'
	@echo 'make test    every check, then every test on SQLite, and those of the features on PostgreSQL'
	@echo 'make soak    what takes longer: coverage, every kind of window, the other tests on PostgreSQL'
	@echo 'make coverage  how much of forum/ the tests of its features run through: at least 90 %'
	@echo 'make check   style, types, templates, imports, migrations'
	@echo 'make audit   known vulnerabilities of what is pinned (asks the public advisory database)'
	@echo 'make wheel   the package, in dist/'
	@echo 'make lock    pins the dependencies anew (needs uv)'
	@echo 'make clean   removes what make made, except the data in $(FORUM_DATA_DIR)/'

run: environment
	@exec sh config/make/run.sh

# What goes through many features; the others are one feature's.
ACROSS = tests/attacks tests/browser tests/demo tests/journeys tests/sweeps

# What touches no database is not repeated on the second; what goes through many features is, by `make soak`.
test: machine check
	FORUM_TEST_DATABASE=sqlite $(PYTEST) -m 'not soak'
	FORUM_TEST_DATABASE=postgresql $(PYTEST) -m 'not soak and database' $(ACROSS:%=--ignore=%)

soak: machine environment-dev coverage
	FORUM_TEST_DATABASE=sqlite $(PYTEST) -m soak
	FORUM_TEST_DATABASE=postgresql $(PYTEST) -m 'not soak and database' $(ACROSS)

# By the features' own tests, and apart: measuring takes more than half as long again.
coverage: environment-dev
	@rm -f .coverage .coverage.*
	FORUM_TEST_DATABASE=sqlite $(PYTEST) -m 'not soak' $(ACROSS:%=--ignore=%) --cov --cov-report=term --cov-fail-under=90

check: environment-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports
	.venv/bin/python -m pytest -q tests/sweeps/test_migrations.py

# Apart from `make test`, whose answer must not change with what others publish. Strict: a
# database that could not be reached is a failure, never a silent success.
audit: environment-dev
	.venv/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

wheel: environment
	.venv/bin/hatchling build -t wheel

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock:
	$(LOCK) $(UPGRADE) pyproject.toml --group dev -o requirements-dev.lock
	$(LOCK) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock

clean:
	rm -rf .venv dist build .coverage .coverage.* htmlcov tests/artifacts
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find forum migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@sh config/make/environment.sh run

environment-dev:
	@sh config/make/environment.sh dev

machine:
	@sh config/make/machine.sh
