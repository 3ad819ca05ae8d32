#!/bin/sh
# Brings etcd and Patroni for `make soak-cluster`, and prints the folder in which they are. Nothing of them is part of
# the product, and nothing is installed into the system: etcd is taken out of Debian's package, which would otherwise
# start a service, and Patroni gets an environment of its own from tests/soak/cluster/patroni.txt, checked by hashes.
# Does nothing when both are there.
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

lock=tests/soak/cluster/patroni.txt
# As root, PostgreSQL and so Patroni run as an unprivileged user, who may not be able to enter this folder.
place=$PWD/var/patroni
if [ "$(id -u)" = 0 ]; then place=/var/lib/sevenpanel/patroni; fi

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# As whom Patroni will run; the product chooses in the same order (launch/privilege.py).
runner() {
    if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

can_run() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid "$(runner)" --clear-groups "$@" 2>/dev/null
    else
        "$@" 2>/dev/null
    fi
}

is_new_enough() {
    can_run "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null
}

find_python() {
    for name in /usr/bin/python3 "$(command -v python3 || true)" /usr/bin/python3.1[1-9]; do
        if [ -x "$name" ] && is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    stop "Patroni needs a Python 3.11 or newer that the user $(runner) can run. On Debian: apt-get install python3"
}

bring_packages() {
    [ "$(id -u)" = 0 ] || stop "Please install first: apt-get install $*"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@") </dev/null >/dev/null ||
        stop "That failed. Try: apt-get update && apt-get install $*"
}

take_etcd_out() {
    draft=$(mktemp -d)
    # A machine that has never asked for lists of packages finds none.
    (cd "$draft" && apt-get download -qq etcd-server >/dev/null 2>&1) ||
        { [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null && (cd "$draft" && apt-get download -qq etcd-server >/dev/null 2>&1); } ||
        stop "Debian's package etcd-server cannot be had. Try: apt-get update, or put etcd into PATH."
    dpkg-deb -x "$draft"/etcd-server_*.deb "$draft/whole"
    cp "$draft/whole/usr/bin/etcd" "$place/etcd"
    rm -r "$draft"
}

bring_etcd() {
    if command -v etcd >/dev/null 2>&1; then
        ln -sf "$(command -v etcd)" "$place/etcd"
    else
        echo "Taking etcd out of Debian's package etcd-server ..." >&2
        take_etcd_out
    fi
}

bring_patroni() {
    python=$(find_python)
    echo "Making an environment for Patroni from $lock ..." >&2
    rm -rf "$place/venv"
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --python "$python" "$place/venv"
        uv pip sync --quiet --python "$place/venv/bin/python" --require-hashes "$lock"
    else
        "$python" -c 'import ensurepip, venv' 2>/dev/null || bring_packages python3-venv
        "$python" -m venv "$place/venv"
        "$place/venv/bin/python" -m pip install --quiet --require-hashes --requirement "$lock"
    fi
    cp "$lock" "$place/made-from"
}

umask 022
mkdir -p "$place"
if [ ! -x "$place/etcd" ]; then bring_etcd; fi
if ! { cmp -s "$lock" "$place/made-from" && can_run "$place/venv/bin/python" -c ''; }; then bring_patroni; fi
echo "$place"
