#!/bin/bash
# Makes the directory on the first start, then runs slapd. Configuration and data lie under $LDAP_DATA_DIR; the file
# `complete` there is written last, and without it everything is made again, so a kill at any point does no harm.
# LDAP_SUFFIX, LDAP_ADMIN_PASSWORD_FILE: needed. LDAP_ORGANISATION, LDAP_ADDRESS, LDAP_PORT, LDAP_BOOTSTRAP_DIR, LDAP_RUN_DIR: optional.
# The account that runs slapd manages everything through ldapi:/// with SASL EXTERNAL and needs no password there.
set -euo pipefail

: "${LDAP_DATA_DIR:=/var/lib/openldap}"
: "${LDAP_RUN_DIR:=/tmp/slapd}"
: "${LDAP_BOOTSTRAP_DIR:=/etc/openldap/bootstrap}"
: "${LDAP_SHARE_DIR:=/usr/local/share/openldap}"
: "${LDAP_SCHEMA_DIR:=/etc/ldap/schema}"
: "${LDAP_MODULE_DIR:=/usr/lib/ldap}"
: "${LDAP_ADDRESS:=0.0.0.0}"
: "${LDAP_PORT:=389}"
: "${LDAP_LOG_LEVEL:=none}"
PATH=$PATH:/usr/sbin:/sbin
config=$LDAP_DATA_DIR/config
socket="ldapi://$(printf '%s' "$LDAP_RUN_DIR/ldapi" | sed 's|/|%2F|g')"

fail() {
  printf 'openldap: %s\n' "$*" >&2
  exit 1
}

admin_password() {
  if [ -n "${LDAP_ADMIN_PASSWORD_FILE-}" ]; then
    [ -r "$LDAP_ADMIN_PASSWORD_FILE" ] || fail "LDAP_ADMIN_PASSWORD_FILE names $LDAP_ADMIN_PASSWORD_FILE, which cannot be read"
    printf '%s' "$(<"$LDAP_ADMIN_PASSWORD_FILE")"
  else
    [ -n "${LDAP_ADMIN_PASSWORD-}" ] || fail 'neither LDAP_ADMIN_PASSWORD_FILE nor LDAP_ADMIN_PASSWORD is set'
    printf '%s' "$LDAP_ADMIN_PASSWORD"
  fi
}

admin_hash() {
  slappasswd -o module-path="$LDAP_MODULE_DIR" -o module-load=argon2 -h '{ARGON2}' -T <(admin_password)
}

filled() {
  local text
  text=$(<"$1")
  shift
  while [ $# -gt 0 ]; do
    text=${text//"@$1@"/"$2"}
    shift 2
  done
  printf '%s\n' "$text"
}

# ldapadd for entries that may be there already; any other refusal ends the first start.
add() {
  local answer
  answer=$(ldapadd -Q -c -Y EXTERNAL -H "$socket" 2>&1 >/dev/null) || true
  answer=$(grep '^ldap_add:\|^ldapadd:\|^ldap_modify:' <<<"$answer" | grep -v 'Already exists (68)' || true)
  [ -z "$answer" ] || fail "$1: $answer"
}

configuration() {
  local peer="cn=peercred,cn=external,cn=auth"
  filled "$LDAP_SHARE_DIR/$1" SUFFIX "$LDAP_SUFFIX" HASH "$hash" DATA "$LDAP_DATA_DIR/data" RUN "$LDAP_RUN_DIR" \
    MODULES "$LDAP_MODULE_DIR" SCHEMA "$LDAP_SCHEMA_DIR" \
    PEER "\"gidNumber=$(id -g)+uidNumber=$(id -u),$peer\"" ROOT_PEER "\"gidNumber=0+uidNumber=0,$peer\""
}

make_config() {
  local text
  rm -rf "$config" "$LDAP_DATA_DIR/data"
  mkdir -p "$config" "$LDAP_DATA_DIR/data"
  text=$(configuration config.ldif)
  slapadd -n 0 -F "$config" <<<"$text"
}

# Who may do what, and a changed password file, are taken over at each start, so that an older directory gets today's rules.
renew_settings() {
  local text
  text=$(configuration settings.ldif)
  slapmodify -n 0 -F "$config" <<<"$text"
}

make_tree() {
  local first=${LDAP_SUFFIX%%,*} classes
  case $first in
    dc=*) classes=$'objectClass: dcObject\nobjectClass: organization' ;;
    o=*) classes='objectClass: organization' ;;
    *) fail "LDAP_SUFFIX is $LDAP_SUFFIX; it has to begin with dc= or o=" ;;
  esac
  local attribute="${first%%=*}: ${first#*=}"
  [ "${first%%=*}" = dc ] || attribute=
  filled "$LDAP_SHARE_DIR/tree.ldif" SUFFIX "$LDAP_SUFFIX" ROOT_CLASSES "$classes" ROOT_ATTRIBUTE "$attribute" \
    ORGANISATION "${LDAP_ORGANISATION:-${first#*=}}" | add 'first entries'
}

# Everything that goes through a server listening on a socket only.
make_directory() {
  local server file
  slapd -d "$LDAP_LOG_LEVEL" -h "$socket" -F "$config" &
  server=$!
  until ldapwhoami -Q -Y EXTERNAL -H "$socket" >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || fail 'slapd ended during the first start'
    sleep 0.1
  done
  make_tree
  shopt -s nullglob
  for file in "$LDAP_BOOTSTRAP_DIR"/*.ldif; do
    add "bootstrap ${file##*/}" <"$file"
  done
  kill "$server"
  wait "$server"
}

case ${1-} in '' | -*) set -- slapd "$@" ;; esac
[ "$1" = slapd ] || exec "$@"
shift

[ "$(id -u)" != 0 ] || fail 'this image runs as an ordinary user; take user: root away'
[ -n "${LDAP_SUFFIX-}" ] || fail 'LDAP_SUFFIX is not set, for example dc=example,dc=org'
umask 0077
# slapd keeps a table as long as the limit on open files, which some engines set to a thousand million.
ulimit -n 4096 2>/dev/null || true
mkdir -p "$LDAP_RUN_DIR" "$LDAP_DATA_DIR"
hash=$(admin_hash)
if [ -e "$LDAP_DATA_DIR/complete" ]; then
  renew_settings
else
  make_config
  renew_settings
  make_directory
  sync -f "$LDAP_DATA_DIR"
  touch "$LDAP_DATA_DIR/complete"
fi
unset LDAP_ADMIN_PASSWORD
exec slapd -d "$LDAP_LOG_LEVEL" -h "ldap://$LDAP_ADDRESS:$LDAP_PORT $socket" -F "$config" "$@"
