#!/bin/bash
# Starts CrowdSec as the upstream image does, with what Debian's package keeps of the hub in place of the hub.
set -euo pipefail

config=/etc/crowdsec
hub=/usr/share/crowdsec/hub

# parts <file>: what a collection is made of, as "<kind> <author>/<name>".
parts() {
  awk '/^[a-z]+:/ { kind = $1; sub(":", "", kind) }
       /^ *- / && kind ~ /^(parsers|postoverflows|scenarios|collections)$/ { print kind, $2 }' "$1"
}

# enable <kind> <author>/<name>...: links items to where CrowdSec reads them, and all that a collection is made of.
enable() {
  local kind=$1 name file place of part
  shift
  for name; do
    file=$(find "$hub/$kind" \( -path "*/$name.yaml" -o -path "*/$name.yml" \) -print -quit)
    if [ -z "$file" ]; then
      echo "$kind/$name is not in the hub as Debian packages it" >&2
      exit 1
    fi
    place=$config/$(dirname "$(dirname "${file#"$hub/"}")")
    mkdir -p "$place"
    ln -sf "$file" "$place/"
    [ "$kind" = collections ] || continue
    while read -r of part; do enable "$of" "$part"; done < <(parts "$file")
  done
}

# What the owner may have changed stays; settings are the image's, and so is what was enabled by an earlier start.
cp -an /staging/etc/crowdsec/. "$config/"
cp -a /staging/etc/crowdsec/config.yaml "$config/"
find "$config" -type l -lname "$hub/*" -delete
cp -a /usr/share/crowdsec/data/. /var/lib/crowdsec/data/

enable collections crowdsecurity/linux
enable parsers crowdsecurity/whitelists crowdsecurity/docker-logs crowdsecurity/cri-logs
# shellcheck disable=SC2086 # several names in one variable, as upstream documents it
{
  enable collections ${COLLECTIONS-}
  enable parsers ${PARSERS-}
  enable scenarios ${SCENARIOS-}
  enable postoverflows ${POSTOVERFLOWS-}
}

cscli machines add "${CUSTOM_HOSTNAME:-localhost}" --auto --force
exec crowdsec -c "$config/config.yaml"
