#!/bin/bash
# Writes the property list that SOGo reads, and runs SOGo and Apache: where one ends, both end.
set -eu

groupmod -o -g "$PGID" sogo
usermod -o -u "$PUID" -g "$PGID" sogo
for dir in lib log run spool; do install -m 750 -o sogo -g sogo -d "/var/$dir/sogo"; done
perl /opt/property-list.pl /etc/sogo/sogo.conf.d/*.yaml >/tmp/sogo.conf
install -m 640 -o root -g sogo /tmp/sogo.conf /etc/sogo/sogo.conf
rm /tmp/sogo.conf

trap : TERM INT
HOME=/var/lib/sogo setpriv --reuid=sogo --regid=sogo --clear-groups sogod -WONoDetach YES -WOLogFile - -WOPidFile /var/run/sogo/sogo.pid &
# apache2ctl would stand between Apache and the signal that ends it, and a file that was left behind would keep it from starting.
set +u
. /etc/apache2/envvars
set -u
mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"
rm -f "$APACHE_PID_FILE"
apache2 -DFOREGROUND &
wait -n || true
kill $(jobs -p) 2>/dev/null || true
wait
