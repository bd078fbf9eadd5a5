#!/bin/sh
# A configuration or a command of the registry alone means the registry, as in the upstream image.
set -eu

case ${1-} in
  *.yml | *.yaml) set -- registry serve "$@" ;;
  serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac

exec "$@"
