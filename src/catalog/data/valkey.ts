import { secret } from '../../contracts/index.ts';
import { defineService, file, lines, tcp, volume } from '../../service/index.ts';

/** The default user's password is read anew at each start; users that grants made stay in the file beside it. */
const start = lines(
  'set -eu',
  'umask 0077',
  'digest=$(printf %s "$(cat "$VALKEY_PASSWORD_FILE")" | sha256sum | cut -d " " -f 1)',
  'users=$VALKEY_DATA_DIR/users.acl',
  'touch "$users"',
  '{ echo "user default on sanitize-payload #$digest ~* &* +@all"; grep -v "^user default " "$users" || true; } > "$users.new"',
  'mv "$users.new" "$users"',
  'exec "$(command -v valkey-server || echo redis-server)" --bind "$VALKEY_ADDRESS" --port "$VALKEY_PORT" --dir "$VALKEY_DATA_DIR" \\',
  '  --aclfile "$users" --appendonly yes --save "" --maxmemory "$VALKEY_MAXMEMORY" --maxmemory-policy noeviction',
);

export const valkey = defineService('valkey', {
  title: 'Valkey',
  summary: 'Sessions and caches, each client kept to its own keys.',
  docs: 'https://valkey.io/topics/acl/',
  licence: 'BSD-3-Clause',
  category: 'data',
  image: 'valkey/valkey:8.1.5',
  debian: 'valkey',
  user: '999:999',

  ports: { valkey: tcp(6379) },
  provides: { valkey: { port: 'valkey' } },
  volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
  needs: { password: secret({ kind: 'password' }) },

  health: {
    command: [
      'sh',
      '-c',
      'REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") "$(command -v valkey-cli || echo redis-cli)" -p "$VALKEY_PORT" ping | grep -q PONG',
    ],
  },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: '(?:Short write while|Error) writing to the AOF file', means: 'The disk is full, and nothing is stored meanwhile.' },
    { pattern: '(?:Bad file format|Unrecoverable error) reading the append only file', means: 'What it stored is damaged: use a backup.' },
  ],

  env: ({ password, here }) => ({
    VALKEY_PASSWORD_FILE: file(password),
    VALKEY_DATA_DIR: here.volume.data,
    VALKEY_ADDRESS: here.listen.valkey.address,
    VALKEY_PORT: here.listen.valkey.port,
    // As much again is free while its file is written anew. A full one refuses to write: it keeps locks and counts of wrong passwords.
    VALKEY_MAXMEMORY: Math.floor(here.limits.memoryBytes / 2),
  }),
  command: ({ here }) => ['sh', here.file.start],
  files: { start: { path: '/etc/valkey/start.sh', content: () => start } },
  process: { packages: ['valkey-server | redis-server'], argv: ({ here }) => ['sh', here.file.start] },
});
