#!/bin/bash
# The upstream image's health tool, as far as a single server needs it: --connect, --innodb_initialized,
# --innodb_buffer_pool_loaded. Each test named must hold; the account is the one the first start made.
set -euo pipefail

account=${MARIADB_DATA_DIR:-/var/lib/mysql}/.my-healthcheck.cnf

ask() {
  mariadb --defaults-extra-file="$account" --protocol=socket --skip-ssl-verify-server-cert -BN -e "$1"
}

holds() {
  case $1 in
    --connect) [ "$(ask 'SELECT @@skip_networking')" = 0 ] ;;
    --innodb_initialized) [ "$(ask "SELECT 1 FROM information_schema.ENGINES WHERE engine = 'innodb' AND support IN ('YES', 'DEFAULT')")" = 1 ] ;;
    --innodb_buffer_pool_loaded)
      [[ $(ask "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Innodb_buffer_pool_load_status'") == *'load completed'* ]] ;;
    *) printf 'healthcheck: unknown test %s\n' "$1" >&2 && return 1 ;;
  esac
}

[ $# -gt 0 ] || { echo 'healthcheck: name at least one test, such as --connect' >&2 && exit 1; }
for test; do
  holds "$test" || { printf 'healthcheck: %s does not hold\n' "$test" >&2 && exit 1; }
done
