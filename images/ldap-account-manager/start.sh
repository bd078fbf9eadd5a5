#!/bin/bash
# Writes LAM's two configuration files from the environment of the upstream image, then serves it.
set -euo pipefail

if [ "${LAM_SKIP_PRECONFIGURE:-false}" != true ]; then
  php /usr/local/bin/configure.php
fi
unset LAM_PASSWORD
[ "${LAM_DISABLE_TLS_CHECK:-false}" != true ] || export LDAPTLS_REQCERT=never
exec /usr/sbin/apache2 -f /etc/apache2/datamancy.conf -D FOREGROUND
