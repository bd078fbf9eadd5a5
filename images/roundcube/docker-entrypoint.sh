#!/bin/sh
# Makes or updates the tables as the upstream image does, waiting for a database that is not up yet, and starts what was asked for.
set -eu

patience=30
until php /usr/local/share/roundcube/tables.php; do
  patience=$((patience - 1))
  [ "$patience" -gt 0 ] || exit 1
  sleep 1
done

exec "$@"
