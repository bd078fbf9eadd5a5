import { postgres, secret } from '../../../src/contracts/index.ts';
import { defineService, file, http, text, volume, yaml } from '../../../src/service/index.ts';

const limits = { memory: '64MiB', cpus: 0.25 } as const;

/** A service of several processes, which is set up by its own program. */
export const forum = defineService('forum', {
  title: 'Forum',
  summary: 'Made up for the golden files',
  docs: 'https://example.org/',
  licence: 'Apache-2.0',
  user: '1000:1000',
  category: 'communication',
  image: 'example/forum:4.5.1',
  ports: { http: http(3000) },
  volumes: { media: volume('/media', { role: 'data', backup: 'daily' }) },
  needs: { db: postgres(), owner: secret({ kind: 'password' }), key: secret({ kind: 'hex', bytes: 32 }) },
  route: { port: 'http', access: { open: 'whoever writes signs in there' } },
  health: { port: 'http', path: '/health', via: 'node' },
  limits,
  shm: '128MiB',
  env: ({ db, key, here }) => ({ DATABASE_URL: db.url, KEY_FILE: file(key), THINK_URL: `http://${here.reach('api', 'think').host}:${here.reach('api', 'think').port}` }),
  files: { config: { path: '/etc/forum.yml', content: () => yaml({ plain: true }) } },
  workers: {
    jobs: { title: 'background jobs', limits, health: { command: ['forum', 'jobs', 'alive'] }, command: () => ['forum', 'jobs'] },
    live: {
      ports: { live: http(4000) },
      route: { port: 'live', paths: ['/api/v1/live*'] },
      metrics: { port: 'live', path: '/metrics' },
      health: { port: 'live', path: '/health', via: 'bash' },
      limits,
      command: ({ worker }) => ['forum', 'live', '--port', worker.listen('live').port],
    },
    desk: { image: 'example/desk:1.0.0', shares: [], ports: { web: http(8080) }, route: { port: 'web', paths: ['/desk/*'], strip: true }, health: { port: 'web', path: '/' }, limits },
    store: { first: true, image: 'valkey/valkey:8.1', shares: [], health: { command: ['valkey-cli', 'ping'] }, limits },
    think: { image: 'example/think:1.0.0', user: '2000:2000', shares: [], gpu: { vram: '8GiB' }, ports: { api: http(8000) }, health: { port: 'api', via: 'python3' }, limits },
  },
  setup: ({ owner }) => [{ title: 'owner of the forum', argv: ['forum', 'add-owner', 'ada'], input: text`${owner}\n`, okStatuses: [0, 17] }],
  smoke: { path: '/latest.json', expect: { text: 'topics' } },
  logs: [{ pattern: 'PG::ConnectionBad', means: 'the database does not answer; see its log' }],
});
