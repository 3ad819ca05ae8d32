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

# What takes longer than a run of the tests may: histories of deposits on a real EVM, mixed load beside a million orders
# for ten minutes, sums read for ten minutes while money moves, seeds of the whole shop, random steps against a model,
# texts that are slow to read, connections that break at every statement, 300 kills among three web servers and three
# workers, and a queue of 5,000 orders. Each part has its own bound; together they stay within an hour and a half on two
# cores. It prints its seeds.
soak:
	@scripts/environment.sh test
	@scripts/anvil.sh
	SEVENPANEL_SOAK_HISTORIES=300 SEVENPANEL_SOAK_SEEDS=20000 SEVENPANEL_SOAK_MINUTES=5 \
		SEVENPANEL_SOAK_BANK_SECONDS=600 SEVENPANEL_SOAK_LOAD_ORDERS=1000000 SEVENPANEL_SOAK_LOAD_MINUTES=10 \
		SEVENPANEL_SOAK_MACHINE_RUNS=5000 SEVENPANEL_SOAK_MACHINE_STEPS=100 SEVENPANEL_SOAK_MACHINE_MINUTES=3 \
		SEVENPANEL_SOAK_KILLS=300 SEVENPANEL_SOAK_KILL_MINUTES=20 \
		SEVENPANEL_SOAK_PIECES=5000 SEVENPANEL_SOAK_CALL_MS=20 SEVENPANEL_SOAK_SENT_PER_SECOND=50 \
		SEVENPANEL_SOAK_WALK_SECONDS=120 \
		$(BIN)/python -m pytest -s tests/soak tests/soak/load.py tests/soak/answer_times.py tests/races/test_bank.py tests/races/test_queue.py \
		tests/journeys/crashes/test_many_processes.py tests/journeys/api/v3/test_walks.py \
		tests/database/faults/test_machine.py tests/database/faults/test_statements.py $(ARGS)

# A million orders over more than a thousand seeds of the whole shop, in two processes, or as many as an hour has time for.
soak-seeds:
	@scripts/environment.sh test
	SEVENPANEL_SOAK_SEEDS=550 SEVENPANEL_SOAK_ORDERS=500000 SEVENPANEL_SOAK_MINUTES=57 SEVENPANEL_SOAK_PROCESSES=2 \
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
