#!/bin/bash
# Every check but the tests. All of them run, the long one beside the others; the script fails at the end if one did.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=temis.config.settings
failed=()
types="$(mktemp)"
trap 'rm -f "$types"' EXIT
mypy temis >"$types" 2>&1 &
mypy=$!

check() {
	local name="$1" began=$SECONDS
	shift
	if "$@"; then echo "✓ $name ($((SECONDS - began)) s)"; else
		echo "✗ $name"
		failed+=("$name")
	fi
}

check "ruff" ruff check --quiet .
check "layout" ruff format --check --quiet .
check "imports" lint-imports --no-cache
check "templates" djlint temis --lint --quiet
check "texts" python scripts/check_texts.py
check "messages" python scripts/messages.py check
check "migrations" python manage.py makemigrations --check --dry-run
check "project" python manage.py check --fail-level WARNING
check "types" wait "$mypy"
cat "$types"

[ "${#failed[@]}" -eq 0 ] && exit 0
echo "Failed: ${failed[*]}" >&2
exit 1
