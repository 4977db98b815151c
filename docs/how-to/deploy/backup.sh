#!/bin/bash
# Back up the database, then the stored files, into the folder given; keep 14 nights.
# The order matters: files are only ever added, so every file the database knows is in the second part.
set -euo pipefail
umask 077
folder="${1:?the folder of the backups}"
night="$(date +%Y-%m-%d)"
temis="$(dirname "$0")/../../../.venv/bin/temis"

"$temis" db backup "$folder/temis-$night.dump"
storage="${TEMIS_STORAGE_DIR:-${TEMIS_DATA_DIR:-.temis}/storage}"
if [ -z "${TEMIS_S3_BUCKET:-}" ] && [ -d "$storage" ]; then
	mkdir -p "$folder/storage"
	cp -a --update "$storage/." "$folder/storage/"
fi
find "$folder" -maxdepth 1 -name 'temis-*.dump' -mtime +14 -delete
