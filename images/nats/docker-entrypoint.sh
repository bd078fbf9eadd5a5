#!/bin/sh
# Options alone mean nats-server, as in the upstream image.
set -eu

case ${1--} in
  -*) set -- nats-server "$@" ;;
esac

exec "$@"
