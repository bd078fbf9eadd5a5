#!/bin/sh
# Every database that is made from now on has the extension, and the first one too; run by the first start of the database.
# Job 3 is not under Apache's licence, so that it could only fail.
set -eu

for database in template1 "$PGDATABASE"; do
  psql --no-psqlrc -v ON_ERROR_STOP=1 -d "$database" -c 'CREATE EXTENSION IF NOT EXISTS timescaledb' \
    -c 'UPDATE _timescaledb_config.bgw_job SET scheduled = false WHERE id = 3'
done
