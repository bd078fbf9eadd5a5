#!/bin/sh
# Starts valkey as the upstream image does: options or a .conf file alone mean valkey-server, and protected mode is off
# unless it is asked for, because Debian's build, unlike upstream's, has it on.
set -eu

asks_for_protected_mode() {
  for word; do
    case $word in
      --protected-mode*) return 0 ;;
      *.conf) grep -qs '^[[:space:]]*protected-mode' "$word" && return 0 ;;
    esac
  done
  return 1
}

case ${1-} in
  -* | *.conf) set -- valkey-server "$@" ;;
esac

if [ "${1-}" = valkey-server ] && ! asks_for_protected_mode "$@"; then
  set -- "$@" --protected-mode no
fi

[ "$(umask)" = 0022 ] && umask 0077
# shellcheck disable=SC2086 # several options in one variable, as upstream documents it
exec "$@" ${VALKEY_EXTRA_FLAGS-}
