#!/bin/bash
# Renew the lock files: every package with its version and hashes, no address of any registry.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"
for name in requirements requirements-dev; do
	.venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links "$name.in" --output-file "$name.txt"
	if grep -nE '[a-z]+://' "$name.txt"; then
		echo "$name.txt names an address" >&2
		exit 1
	fi
done
