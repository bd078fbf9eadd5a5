#!/bin/sh
# Brings what comes with the wiki into the volume, where people's own pages, plugins and templates lie, and starts Apache.
set -eu

cd /storage
mkdir -p data conf lib/plugins lib/tpl
cp -r /var/www/html/data.core/. data
for core in /var/www/html/lib/plugins.core/* /var/www/html/lib/tpl.core/*; do
  place=lib/$(basename "$(dirname "$core")" .core)/$(basename "$core")
  rm -rf "$place"
  ln -s "$core" "$place"
done

exec /usr/sbin/apache2 -f /etc/apache2/datamancy.conf -D FOREGROUND
