#!/bin/sh
# Options alone mean haproxy, which stays in the foreground and reloads on SIGUSR2, as in the upstream image.
set -eu

case ${1-} in
  -*) set -- haproxy "$@" ;;
esac

if [ "${1-}" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi

exec "$@"
