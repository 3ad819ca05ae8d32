#!/bin/sh
# Makes the environment .venv from the committed lock, or leaves it alone when it is up to date.
#
#   scripts/environment.sh run|test
#
# `test` holds everything that `run` does, and what the tests need. Every package is checked against the hash in
# the lock. Uses uv when it is there, else venv and pip.
set -eu
cd "$(dirname "$0")/.."

kind=${1:?"usage: scripts/environment.sh run|test"}
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

lock_of() {
    if [ "$1" = test ]; then echo requirements-dev.lock.txt; else echo requirements.lock.txt; fi
}

# What the environment was made from, and for whom: a moved clone has to make it again.
made_from() {
    { pwd && cat "$(lock_of "$1")" pyproject.toml; } | sha256sum | cut -d' ' -f1
}

is_made() {
    [ -x .venv/bin/sevenpanel ] && .venv/bin/python -c '' 2>/dev/null &&
        [ "$(cat ".venv/made-from-$1" 2>/dev/null)" = "$(made_from "$1")" ]
}

is_new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    stop "7Panel needs Python 3.11 or newer and found none. On Debian or Ubuntu: apt-get install python3"
}

# Debian and Ubuntu pack Python's own means of making environments apart.
see_to_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        stop "Python lacks its module venv. Install it with: sudo apt-get install $package"
    fi
    echo "Python lacks its module venv; installing the system package $package ..."
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package") </dev/null >/dev/null ||
        stop "That failed. Try: apt-get update && apt-get install $package"
}

with_uv() {
    is_new_enough .venv/bin/python || uv venv --quiet --clear --python "$1" .venv
    uv pip sync --quiet --python .venv/bin/python --require-hashes "$2"
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
}

with_pip() {
    if ! { is_new_enough .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null; }; then
        see_to_venv "$1"
        "$1" -m venv --clear .venv
    fi
    .venv/bin/python -m pip install --quiet --require-hashes --requirement "$2"
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
}

if is_made test || { [ "$kind" = run ] && is_made run; }; then
    exit 0
fi
# An environment that was once for tests stays one.
if [ -e .venv/made-from-test ]; then kind=test; fi

python=$(find_python)
echo "Making the environment .venv from $(lock_of "$kind") ..."
rm -f .venv/made-from-run .venv/made-from-test
if command -v uv >/dev/null 2>&1; then
    with_uv "$python" "$(lock_of "$kind")"
else
    with_pip "$python" "$(lock_of "$kind")"
fi
made_from "$kind" >".venv/made-from-$kind"
