#!/bin/bash
# Makes the database cluster on the first start, then runs the server; the environment is that of the upstream image.
# The first start works in $PGDATA/.first-start and moves the finished cluster into place, PG_VERSION last: killed at any
# point, the next start either takes up the move or begins again, and never meets a half-made cluster.
set -euo pipefail

: "${PGDATA:=/var/lib/postgresql/data}"
: "${PG_INIT_SCRIPTS:=/docker-entrypoint-initdb.d}"
: "${PG_SOCKET_DIR:=/var/run/postgresql}"
draft=$PGDATA/.first-start

fail() {
  printf 'postgresql: %s\n' "$*" >&2
  exit 1
}

# read_setting NAME [DEFAULT]: the value of NAME, or of the file that NAME_FILE names.
read_setting() {
  local name=$1 file_name=${1}_FILE
  if [ -n "${!name-}" ] && [ -n "${!file_name-}" ]; then fail "both $name and $file_name are set"; fi
  if [ -n "${!file_name-}" ]; then
    [ -r "${!file_name}" ] || fail "$file_name names ${!file_name}, which cannot be read"
    printf '%s' "$(<"${!file_name}")"
  else
    printf '%s' "${!name-${2-}}"
  fi
}

wants_version_or_help() {
  local word
  for word; do
    case $word in '-?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

# A read-only root without a tmpfs on the usual place leaves /tmp for the socket; psql looks in both.
socket_dir() {
  mkdir -p "$PG_SOCKET_DIR" 2>/dev/null || true
  if [ -w "$PG_SOCKET_DIR" ]; then printf '%s' "$PG_SOCKET_DIR"; else printf /tmp; fi
}

make_cluster() {
  local user password auth options
  user=$(read_setting POSTGRES_USER postgres)
  password=$(read_setting POSTGRES_PASSWORD)
  auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  [ -n "$password" ] || [ "$auth" = trust ] || fail 'no cluster here yet and neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE is set'
  eval "options=($(read_setting POSTGRES_INITDB_ARGS))"
  rm -rf "$draft"
  mkdir -p "$draft"
  initdb -D "$draft/cluster" --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 --no-sync --no-instructions "${options[@]}"
  printf "\nlisten_addresses = '*'\n" >>"$draft/cluster/postgresql.conf"
  printf '\nhost all all all %s\n' "$auth" >>"$draft/cluster/pg_hba.conf"
  fill_cluster "$user" "$(read_setting POSTGRES_DB "$user")"
  initdb --sync-only -D "$draft/cluster"
  touch "$draft/complete"
}

# fill_cluster USER DATABASE: the first database and the owner's scripts, through a server nobody else can reach.
fill_cluster() {
  local user=$1 database=$2 script
  shopt -s nullglob
  local scripts=("$PG_INIT_SCRIPTS"/*)
  if [ "$database" = postgres ] && [ ${#scripts[@]} -eq 0 ]; then return; fi
  local private
  private=$(mktemp -d)
  local client=(psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 -h "$private" -U "$user")
  pg_ctl -D "$draft/cluster" -w -o "-c listen_addresses='' -c unix_socket_directories='$private' -c fsync=off" start
  if [ "$database" != postgres ]; then
    printf 'CREATE DATABASE :"name";\n' | "${client[@]}" -d postgres -v "name=$database"
  fi
  for script in "${scripts[@]}"; do
    case $script in
      *.sh) PGHOST=$private PGUSER=$user PGDATABASE=$database bash -eu "$script" ;;
      *.sql) "${client[@]}" -d "$database" -f "$script" ;;
      *.sql.gz) gunzip -c "$script" | "${client[@]}" -d "$database" ;;
      *) printf 'postgresql: left alone: %s\n' "$script" ;;
    esac
  done
  pg_ctl -D "$draft/cluster" -m fast -w stop
  rm -rf "$private"
}

move_into_place() {
  local entry
  shopt -s dotglob nullglob
  for entry in "$draft/cluster"/*; do
    [ "${entry##*/}" = PG_VERSION ] || mv "$entry" "$PGDATA/"
  done
  [ ! -e "$draft/cluster/PG_VERSION" ] || mv "$draft/cluster/PG_VERSION" "$PGDATA/"
  shopt -u dotglob
  sync -f "$PGDATA"
}

ensure_cluster() {
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA" 2>/dev/null || true
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ ! -e "$draft/complete" ]; then
      [ -z "$(find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name .first-start ! -name lost+found -print -quit)" ] \
        || fail "$PGDATA holds files but no database cluster; it is left as it is"
      make_cluster
    fi
    move_into_place
  fi
  rm -rf "$draft"
}

if ! command -v initdb >/dev/null; then
  PATH=$PATH:$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  export PATH
fi

case ${1-} in '' | -*) set -- postgres "$@" ;; esac

if [ "$1" = postgres ] && ! wants_version_or_help "$@"; then
  [ "$(id -u)" != 0 ] || fail 'this image runs as an ordinary user; take user: root away'
  umask 0077
  ensure_cluster
  case " $* " in
    *unix_socket_directories*) ;;
    *) set -- "$@" -c "unix_socket_directories=$(socket_dir)" ;;
  esac
  unset POSTGRES_PASSWORD
fi
exec "$@"
