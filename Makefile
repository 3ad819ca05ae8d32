# `make run` starts the desk, `make test` runs everything that must hold. README.md says more.
.POSIX:
.PHONY: run test lint pytest messages openapi soak soak-seeds soak-cluster lock clean

BIN = .venv/bin
# Test processes at a time, and what else pytest is to be told. More than there are cores: many tests wait for others.
JOBS = 4
ARGS =

run:
	@scripts/environment.sh run
	@$(BIN)/sevenpanel run

test: lint pytest

lint:
	@scripts/environment.sh test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest:
	@scripts/environment.sh test
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

# Brings the catalogues of translations up to date with what the site says (docs/languages.md).
messages:
	@scripts/environment.sh test
	@$(BIN)/python -m scripts.messages

# Writes the description of API v3 anew (docs/api-v3.md).
openapi:
	@scripts/environment.sh test
	@$(BIN)/python -m scripts.openapi

# What takes longer than a run of the tests may, within an hour on two cores that do nothing else, a million simulated
# orders among it (docs/faults.md). It prints its seeds. `make soak PARTS="kills seeds"` plays only some of its parts.
PARTS =
soak:
	@scripts/environment.sh test
	@scripts/anvil.sh
	@scripts/soak.sh $(PARTS)

# Seeds of the whole shop for a night: as many, in two processes, as there is time for.
SEEDS = 20000
MINUTES = 57
soak-seeds:
	@scripts/environment.sh test
	SEVENPANEL_SOAK_SEEDS=$$(($(SEEDS) / 2)) SEVENPANEL_SOAK_MINUTES=$(MINUTES) SEVENPANEL_SOAK_PROCESSES=2 \
		$(BIN)/python -m pytest -n 2 -rP tests/soak/test_many_seeds.py $(ARGS)

# The desk on three PostgreSQL servers whose leader is killed twice under load, in less than ten minutes. It brings etcd
# from Debian and Patroni with pip, needs no rights, and ends only what it has started.
soak-cluster:
	@scripts/environment.sh test
	@tools=$$(scripts/patroni.sh) && $(BIN)/python -m tests.soak.cluster "$$tools"

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv" >&2; exit 1; }
	uv pip compile pyproject.toml --extra build --generate-hashes --universal --no-header --no-annotate \
		--upgrade --quiet -o requirements.lock.txt
	uv pip compile pyproject.toml --extra build --extra dev --generate-hashes --universal --no-header --no-annotate \
		--constraint requirements.lock.txt --upgrade --quiet -o requirements-dev.lock.txt
	uv pip compile tests/soak/cluster/patroni.in --generate-hashes --universal --no-header --no-annotate \
		--python-version 3.11 --upgrade --quiet -o tests/soak/cluster/patroni.txt

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
