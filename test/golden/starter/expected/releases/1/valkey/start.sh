set -eu
umask 0077
digest=$(printf %s "$(cat "$VALKEY_PASSWORD_FILE")" | sha256sum | cut -d " " -f 1)
users=$VALKEY_DATA_DIR/users.acl
touch "$users"
{ echo "user default on sanitize-payload #$digest ~* &* +@all"; grep -v "^user default " "$users" || true; } > "$users.new"
mv "$users.new" "$users"
exec "$(command -v valkey-server || echo redis-server)" --bind "$VALKEY_ADDRESS" --port "$VALKEY_PORT" --dir "$VALKEY_DATA_DIR" \
  --aclfile "$users" --appendonly yes --save "" --maxmemory "$VALKEY_MAXMEMORY" --maxmemory-policy noeviction
