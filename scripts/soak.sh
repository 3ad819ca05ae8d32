#!/bin/sh
# What takes longer than a run of the tests may, within an hour on two cores that do nothing else (docs/faults.md).
# Four parts, one after the other; `scripts/soak.sh PART...` plays only these:
#
#   kills   300 kills among three web servers and three workers
#   clock   what is judged by the clock, and so alone: mixed load beside a million orders for ten minutes, a queue of
#           5,000 orders, texts that are slow to read, how long answers take that must not tell apart
#   beside  what may share the machine: sums read for ten minutes while money moves, and at the same time random steps
#           against a model, connections that break at every statement, walks through API v3, histories on a real EVM
#   seeds   a million orders over a thousand seeds of the whole shop, in two processes
#
# Each part has its own bound. It prints its seeds, goes on when a part fails, and says at the end which one did.
set -eu
cd "$(dirname "$0")/.."

pytest=".venv/bin/python -m pytest -p no:cacheprovider --durations=8"
failed=""

play() {
    case $1 in
    kills)
        SEVENPANEL_SOAK_KILLS=300 SEVENPANEL_SOAK_KILL_MINUTES=16 $pytest -s tests/journeys/crashes/test_many_processes.py
        ;;
    clock)
        SEVENPANEL_SOAK_SEEDS=1 SEVENPANEL_SOAK_LOAD_ORDERS=1000000 SEVENPANEL_SOAK_LOAD_MINUTES=10 \
            SEVENPANEL_SOAK_PIECES=5000 SEVENPANEL_SOAK_CALL_MS=20 SEVENPANEL_SOAK_SENT_PER_SECOND=50 \
            $pytest -s tests/soak/load.py tests/races/test_queue.py tests/soak/answer_times.py tests/soak/test_reading.py
        ;;
    beside)
        both=0
        SEVENPANEL_SOAK_BANK_SECONDS=600 SEVENPANEL_SOAK_BANK_READS=10000 $pytest -rP tests/races/test_bank.py &
        SEVENPANEL_SOAK_SEEDS=1 SEVENPANEL_SOAK_HISTORIES=300 SEVENPANEL_SOAK_WALK_SECONDS=120 \
            SEVENPANEL_SOAK_MACHINE_RUNS=5000 SEVENPANEL_SOAK_MACHINE_STEPS=100 SEVENPANEL_SOAK_MACHINE_MINUTES=3 \
            $pytest -rP tests/database/faults/test_machine.py tests/database/faults/test_own.py \
            tests/database/faults/test_statements.py tests/journeys/api/v3/test_walks.py tests/soak/test_real_evm.py || both=1
        wait $! || both=1
        return $both
        ;;
    seeds)
        SEVENPANEL_SOAK_SEEDS=500 SEVENPANEL_SOAK_ORDERS=500000 SEVENPANEL_SOAK_MINUTES=20 SEVENPANEL_SOAK_PROCESSES=2 \
            $pytest -n 2 -rP tests/soak/test_many_seeds.py
        ;;
    *)
        echo "scripts/soak.sh: there is no part \"$1\"" >&2
        return 1
        ;;
    esac
}

[ $# -gt 0 ] || set -- kills clock beside seeds
for part; do
    began=$(date +%s)
    play "$part" || failed="$failed $part"
    echo "soak: $part took $((($(date +%s) - began + 30) / 60)) minutes"
done
[ -z "$failed" ] || {
    echo "soak: failed:$failed" >&2
    exit 1
}
