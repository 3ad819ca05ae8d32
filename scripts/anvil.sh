#!/bin/sh
# Brings a real EVM for the tests in tests/soak, with npm: one program inside one package, run by its path. Nothing of
# it is part of the product. Does nothing when it is there, and says so when npm is not.
set -eu
cd "$(dirname "$0")/.."

place=var/anvil
if ls "$place"/node_modules/@foundry-rs/anvil-*/bin/anvil >/dev/null 2>&1 &&
    cmp -s tests/soak/package.json "$place/package.json"; then
    exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is not there; the tests on a real EVM are left out." >&2
    exit 0
fi
mkdir -p "$place"
cp tests/soak/package.json "$place/"
npm install --prefix "$place" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel error ||
    echo "npm could not bring anvil; the tests on a real EVM are left out." >&2
