#!/bin/bash
# The failover trial, start to end; options go to it (--help). On Debian, as root, it installs what it needs: etcd,
# HAProxy, PgBouncer, nginx (to check its file) and, in an environment of its own, Patroni.
set -euo pipefail
cd "$(dirname "$0")/../.."
missing=()
for program in python3:python3-venv etcd:etcd-server haproxy:haproxy pgbouncer:pgbouncer nginx:nginx-light openssl:openssl; do
	PATH="$PATH:/usr/sbin" command -v "${program%%:*}" >/dev/null || missing+=("${program##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
	if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
		echo "Please install (Debian names): ${missing[*]}" >&2
		exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
# Outside of the project: the account that runs PostgreSQL must be able to enter.
tools="${TMPDIR:-/tmp}/temis-failover-tools"
if [ ! -x "$tools/bin/patroni" ]; then
	"$(PATH=/usr/bin:/bin:$PATH command -v python3)" -m venv "$tools"
	"$tools/bin/pip" install -qq --disable-pip-version-check -r benchmarks/failover/requirements.txt
fi
exec .venv/bin/python -m benchmarks.failover --patroni "$tools/bin/patroni" "$@"
