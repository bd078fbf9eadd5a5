#!/bin/bash
# Makes the data directory on the first start, then runs the server; the environment is that of the upstream image.
# The first start works in $MARIADB_DATA_DIR/.first-start and moves the finished files into place, the directory mysql
# last: killed at any point, the next start either takes up the move or begins again.
set -euo pipefail

: "${MARIADB_DATA_DIR:=/var/lib/mysql}"
: "${MARIADB_INIT_SCRIPTS:=/docker-entrypoint-initdb.d}"
draft=$MARIADB_DATA_DIR/.first-start

fail() {
  printf 'mariadb: %s\n' "$*" >&2
  exit 1
}

# read_setting NAME [DEFAULT]: the value of NAME, of the file that NAME_FILE names, or of the older MYSQL_ spelling.
read_setting() {
  local name=$1 file_name=${1}_FILE
  local old_name=MYSQL_${1#MARIADB_}
  local old_file_name=${old_name}_FILE
  if [ -n "${!name-}" ] && [ -n "${!file_name-}" ]; then fail "both $name and $file_name are set"; fi
  local file=${!file_name-${!old_file_name-}}
  if [ -n "$file" ]; then
    [ -r "$file" ] || fail "$file_name names $file, which cannot be read"
    printf '%s' "$(<"$file")"
  else
    printf '%s' "${!name-${!old_name-${2-}}}"
  fi
}

quoted() {
  local value=${1//\\/\\\\}
  value=${value//$'\n'/\\n}
  printf "'%s'" "${value//\'/\\\'}"
}

quoted_name() {
  # shellcheck disable=SC2016 # backquotes are what SQL calls quotes here
  printf '`%s`' "${1//\`/\`\`}"
}

wants_version_or_help() {
  local word
  for word; do
    case $word in '-?' | --help | --print-defaults | -V | --version) return 0 ;; esac
  done
  return 1
}

random_password() {
  head -c 24 /dev/urandom | base64 | tr '+/' '-_'
}

first_statements() {
  local root_password=$1 health_password=$2 host root_host database user password
  root_host=$(read_setting MARIADB_ROOT_HOST %)
  database=$(read_setting MARIADB_DATABASE)
  user=$(read_setting MARIADB_USER)
  password=$(read_setting MARIADB_PASSWORD)
  echo 'FLUSH PRIVILEGES;'
  echo "DROP USER IF EXISTS root@'127.0.0.1', root@'::1';"
  echo "SET PASSWORD FOR root@localhost = PASSWORD($(quoted "$root_password"));"
  if [ -n "$root_host" ] && [ "$root_host" != localhost ]; then
    echo "CREATE USER root@$(quoted "$root_host") IDENTIFIED BY $(quoted "$root_password");"
    echo "GRANT ALL ON *.* TO root@$(quoted "$root_host") WITH GRANT OPTION;"
  fi
  for host in 127.0.0.1 ::1 localhost; do
    echo "CREATE USER healthcheck@'$host' IDENTIFIED BY $(quoted "$health_password");"
    echo "GRANT ${MARIADB_HEALTHCHECK_GRANTS:-USAGE} ON *.* TO healthcheck@'$host';"
  done
  if [ -n "${MARIADB_MYSQL_LOCALHOST_USER-}" ]; then
    echo 'CREATE USER mysql@localhost IDENTIFIED VIA unix_socket;'
    [ -z "${MARIADB_MYSQL_LOCALHOST_GRANTS-}" ] || echo "GRANT $MARIADB_MYSQL_LOCALHOST_GRANTS ON *.* TO mysql@localhost;"
  fi
  [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS $(quoted_name "$database");"
  if [ -n "$user" ] && [ -n "$password" ]; then
    echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$password");"
    [ -z "$database" ] || echo "GRANT ALL ON $(quoted_name "${database//_/\\_}").* TO $(quoted "$user")@'%';"
  fi
}

make_data_dir() {
  local root_password health_password socket
  root_password=$(read_setting MARIADB_ROOT_PASSWORD)
  [ -n "$root_password" ] || fail 'no database here yet and neither MARIADB_ROOT_PASSWORD nor MARIADB_ROOT_PASSWORD_FILE is set'
  health_password=$(random_password)
  socket=$(my_print_defaults client-server | sed -n 's/^--socket=//p' | tail -n 1)
  rm -rf "$draft"
  mkdir -p "$draft"
  mariadb-install-db --datadir="$draft/data" --auth-root-authentication-method=normal --skip-test-db --cross-bootstrap \
    --default-time-zone=SYSTEM --skip-log-bin >"$draft/log" || { cat "$draft/log" >&2; fail 'mariadb-install-db failed'; }
  first_statements "$root_password" "$health_password" >"$draft/first.sql"
  # One statement a line is what --bootstrap reads; it takes no connections.
  mariadbd --datadir="$draft/data" --bootstrap --skip-log-bin <"$draft/first.sql"
  printf '[mariadb-client]\nport=%s\nsocket=%s\nuser=healthcheck\npassword=%s\n' \
    "${MARIADB_PORT:-3306}" "${MARIADB_SOCKET:-${socket:-/tmp/mysqld.sock}}" "$health_password" >"$draft/data/.my-healthcheck.cnf"
  run_scripts "$root_password"
  sync -f "$draft"
  touch "$draft/complete"
}

run_scripts() {
  shopt -s nullglob
  local scripts=("$MARIADB_INIT_SCRIPTS"/*) script private server
  [ ${#scripts[@]} -gt 0 ] || return 0
  private=$(mktemp -d)
  mariadbd --datadir="$draft/data" --skip-networking --skip-log-bin --socket="$private/s" --pid-file="$private/pid" &
  server=$!
  export MYSQL_PWD=$1
  local client=(mariadb --socket="$private/s" -uroot)
  until "${client[@]}" -e 'SELECT 1' >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || fail 'the server for the first scripts ended early'
    sleep 0.1
  done
  local database
  database=$(read_setting MARIADB_DATABASE)
  for script in "${scripts[@]}"; do
    case $script in
      *.sh) bash -eu "$script" ;;
      *.sql) "${client[@]}" ${database:+"--database=$database"} <"$script" ;;
      *.sql.gz) gunzip -c "$script" | "${client[@]}" ${database:+"--database=$database"} ;;
      *) printf 'mariadb: left alone: %s\n' "$script" ;;
    esac
  done
  unset MYSQL_PWD
  kill "$server"
  wait "$server"
  rm -rf "$private"
}

move_into_place() {
  local entry
  shopt -s dotglob nullglob
  for entry in "$draft/data"/*; do
    [ "${entry##*/}" = mysql ] || mv "$entry" "$MARIADB_DATA_DIR/"
  done
  [ ! -e "$draft/data/mysql" ] || mv "$draft/data/mysql" "$MARIADB_DATA_DIR/"
  shopt -u dotglob
  sync -f "$MARIADB_DATA_DIR"
}

ensure_data_dir() {
  mkdir -p "$MARIADB_DATA_DIR"
  if [ ! -d "$MARIADB_DATA_DIR/mysql" ]; then
    if [ ! -e "$draft/complete" ]; then
      [ -z "$(find "$MARIADB_DATA_DIR" -mindepth 1 -maxdepth 1 ! -name .first-start ! -name lost+found -print -quit)" ] \
        || fail "$MARIADB_DATA_DIR holds files but no database; it is left as it is"
      make_data_dir
    fi
    move_into_place
  fi
  rm -rf "$draft"
}

case ${1-} in
  '' | -*) set -- mariadbd "$@" ;;
  mysqld) shift && set -- mariadbd "$@" ;;
esac

if [ "$1" = mariadbd ] && ! wants_version_or_help "$@"; then
  [ "$(id -u)" != 0 ] || fail 'this image runs as an ordinary user; take user: root away'
  umask 0027
  ensure_data_dir
  unset MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD MARIADB_PASSWORD MYSQL_PASSWORD
  case " $* " in
    *' --datadir'*) ;;
    *) set -- "$@" "--datadir=$MARIADB_DATA_DIR" ;;
  esac
fi
exec "$@"
