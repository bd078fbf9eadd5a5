import { secret } from '../../contracts/index.ts';
import { defineService, http, json, rendered, volume } from '../../service/index.ts';

/** Two folders of logs lie in 64 MiB; in each, the file that is written comes on top of what may stay. */
const logLimits = { KOPIA_LOG_DIR_MAX_SIZE_MB: 16, KOPIA_CONTENT_LOG_DIR_MAX_SIZE_MB: 16, KOPIA_LOG_FILE_MAX_SEGMENT_SIZE: 4_000_000 };

/**
 * Its own password would be a second one to type, so it stands alone behind the edge; for that reason nobody scrapes its figures. It shows what
 * was decided about each volume and sees none of them: a copy is made by whoever can read the volume, with `kopia snapshot create
 * --override-source=<service>@volumes.<cluster>:/<volume>`.
 */
export const kopia = defineService('kopia', {
  title: 'Kopia',
  summary: 'A repository for snapshots, looked through and restored in a browser; by itself it copies nothing.',
  caution:
    'No copy is made by itself yet: nothing is saved until somebody who can read the volumes runs `kopia snapshot create`. What is backed up without you doing so is on the page about recovery.',
  docs: 'https://kopia.io/docs/reference/command-line/common/server-start/',
  licence: 'Apache-2.0',
  category: 'backup',
  image: 'kopia/kopia:0.23.1',
  user: '1000:1000',

  ports: { web: http(51515) },
  volumes: {
    repository: volume('/repository', {
      role: 'data',
      backup: { skip: 'it is the backup itself; copy it to another place as a whole' },
      size: '20GiB',
    }),
    cache: volume('/app/cache', { role: 'cache', backup: { skip: 'read again from the repository' } }),
  },
  tmpfs: ['/app/logs'],
  needs: { password: secret({ kind: 'password', length: 48 }, { keeps: 'data' }) },

  route: { port: 'web', host: 'backup', access: { groups: ['admin'], secondFactor: true, alone: 'it asks nobody who comes' } },
  health: { port: 'web', path: '/', via: 'curl' },
  smoke: { command: ['kopia', 'repository', 'status'], expect: '/repository' },
  limits: { memory: '1GiB', cpus: 2 },
  stopSeconds: 30,
  logs: [
    { pattern: 'invalid repository password', means: 'The repository was made with another password: restore that secret.' },
    { pattern: 'unable to open repository', means: 'Usual before the first start is done; later its volume is gone or cannot be read.' },
  ],

  env: ({ password, here }) => ({ KOPIA_PASSWORD: password, KOPIA_CONFIG_PATH: here.file.config, HOME: '/tmp', ...logLimits }),
  command: ({ here }) => [
    'server',
    'start',
    `--address=http://${here.listen.web.address}:${here.listen.web.port}`,
    '--insecure',
    '--without-password',
    '--allow-extremely-dangerous-unauthenticated-server-on-the-network',
    // The repository is made by the setup below, in the server that waits for it.
    '--async-repo-connect',
    `--ui-preferences-file=${here.volume.cache}/ui-preferences.json`,
  ],
  setup: ({ here }) => [
    {
      title: 'repository',
      argv: [
        'sh',
        '-c',
        `if ! kopia repository status >/tmp/status 2>&1; then
  kopia --config-file=/tmp/new.config repository create filesystem --path="$0"
  kopia --config-file=/tmp/new.config policy import --from-file="$1"
fi`,
        here.volume.repository,
        here.file.policies,
      ],
    },
    { title: 'the policy of each volume', argv: ['kopia', 'policy', 'import', `--from-file=${here.file.volumes}`] },
  ],
  files: {
    // What a new repository begins with, because Kopia compresses nothing by default; from then on the policy is the owner's.
    policies: {
      path: '/app/policies.json',
      content: () =>
        json({
          '(global)': {
            retention: { keepLatest: 10, keepHourly: 48, keepDaily: 14, keepWeekly: 8, keepMonthly: 24, keepAnnual: 3 },
            files: { ignoreCacheDirs: true, ignoreDotFiles: ['.kopiaignore'] },
            compression: { compressorName: 'zstd' },
          },
        }),
    },
    volumes: { path: '/app/volumes.json', content: () => rendered('kopia-policies') },
    // Where it may write: kopia locks the repository with a file beside this one.
    config: {
      path: '/app/cache/repository.config',
      content: ({ cluster, here }) =>
        json({
          storage: { type: 'filesystem', config: { path: here.volume.repository } },
          caching: {
            cacheDirectory: here.volume.cache,
            maxCacheSize: 1_073_741_824,
            maxMetadataCacheSize: 536_870_912,
            maxListCacheDuration: 30,
          },
          hostname: cluster.name,
          username: 'kopia',
          description: `Backup of ${cluster.name}`,
          enableActions: false,
        }),
    },
  },
});
