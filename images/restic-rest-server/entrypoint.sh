#!/bin/sh
# Starts the server as the upstream image does: with the accounts of PASSWORD_FILE, or for everybody where that was asked for.
set -eu

if [ -n "${DISABLE_AUTHENTICATION-}" ]; then
  OPTIONS="--no-auth ${OPTIONS-}"
elif [ ! -f "$PASSWORD_FILE" ]; then
  (umask 077 && : >"$PASSWORD_FILE")
fi

# shellcheck disable=SC2086 # several options in one variable, as upstream documents it
exec rest-server --path "$DATA_DIRECTORY" --htpasswd-file "$PASSWORD_FILE" ${OPTIONS-}
