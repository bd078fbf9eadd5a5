#!/bin/sh
# Names the node after the whole host name where that has several parts, as the upstream image does.
set -eu

if [ -z "${RABBITMQ_USE_LONGNAME-}" ] && [ "$(hostname)" != "$(hostname -s)" ]; then
  export RABBITMQ_USE_LONGNAME=true
fi

exec "$@"
