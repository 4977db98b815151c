#!/bin/bash
# The tests: those of the scripts in the page, then pytest, two at a time (tests of one file stay together; the long
# ones of whole countries and years come first, so that none is left alone at the end). Options go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
[ ! -d frontend/test ] || scripts/npm.sh --silent test
exec python -m pytest -n 2 --dist loadfile --no-loadscope-reorder "$@"
