#!/bin/sh
# Starts qBittorrent as the upstream image does, with the settings that it begins with.
set -eu

settings=/config/qBittorrent/config/qBittorrent.conf
if [ ! -f "$settings" ]; then
  mkdir -p "${settings%/*}"
  cat >"$settings" <<'END'
[BitTorrent]
Session\DefaultSavePath=/downloads
Session\Port=6881
Session\TempPath=/downloads/temp
Session\TempPathEnabled=true
[Meta]
MigrationVersion=9999
[Preferences]
WebUI\Port=8080
END
fi

if [ "${QBT_LEGAL_NOTICE-}" = confirm ]; then
  set -- --confirm-legal-notice "$@"
fi
if [ -n "${QBT_TORRENTING_PORT-}" ]; then
  set -- "--torrenting-port=$QBT_TORRENTING_PORT" "$@"
fi
if [ -n "${QBT_WEBUI_PORT-}" ]; then
  set -- "--webui-port=$QBT_WEBUI_PORT" "$@"
fi

umask "${UMASK:-022}"
exec qbittorrent-nox --profile=/config "$@"
