#!/bin/sh
# Options alone mean memcached, as in the upstream image.
set -eu

case ${1-} in
  -*) set -- memcached "$@" ;;
esac

exec "$@"
