#!/bin/sh
# Opens the API to other containers, as the upstream image does, unless the arguments say where it listens.
case " $* " in
  *' --api-ip'*) exec configurable-http-proxy "$@" ;;
  *) exec configurable-http-proxy --api-ip=0.0.0.0 "$@" ;;
esac
