#!/bin/bash
# The tests, two at a time; tests of one file stay together. More options go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
exec python -m pytest -n 2 --dist loadfile "$@"
