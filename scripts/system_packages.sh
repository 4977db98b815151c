#!/bin/bash
# Programs that no Python or npm package brings. As root on Debian they are installed; otherwise
# one line says what to install. Usage: system_packages.sh run|test|gettext
set -euo pipefail

missing=()
need_program() { command -v "$1" >/dev/null || missing+=("$2"); }

case "${1:?run, test or gettext}" in
run) ;;
gettext) need_program xgettext gettext ;;
test)
	need_program xgettext gettext     # are all texts translated
	need_program chromium chromium    # journeys in a real browser
	need_program pdfsig poppler-utils # an independent look at signatures
	;;
*)
	echo "system_packages.sh: run, test or gettext" >&2
	exit 2
	;;
esac

[ "${#missing[@]}" -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
	echo "Installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
	echo "Please install (Debian names): ${missing[*]}" >&2
	exit 1
fi
