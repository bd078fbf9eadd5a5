import { secret } from '../../contracts/index.ts';
import { defineService, http, tcp, volume } from '../../service/index.ts';

/** The dashboard asks for the key, which `datamancy secrets show qdrant.apiKey` prints. */
export const qdrant = defineService('qdrant', {
  title: 'Qdrant',
  summary: 'Finds what is alike: vectors of texts and pictures, for search and language models.',
  docs: 'https://qdrant.tech/documentation/guides/configuration/',
  licence: 'Apache-2.0',
  category: 'data',
  image: 'qdrant/qdrant:v1.19.0-unprivileged',
  user: '1000:1000',

  ports: { web: http(6333), grpc: tcp(6334) },
  provides: { qdrant: { port: 'web', key: 'apiKey' } },
  volumes: {
    storage: volume('/qdrant/storage', { role: 'data', backup: 'daily', size: '2GiB' }),
    snapshots: volume('/qdrant/snapshots', { role: 'cache', backup: { skip: 'copies of collections, made by hand from what is kept' } }),
  },
  needs: { apiKey: secret({ kind: 'base64url', bytes: 32 }), readKey: secret({ kind: 'base64url', bytes: 32 }) },

  route: { port: 'web', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/readyz', via: 'bash', startSeconds: 120 },
  smoke: { path: '/', via: 'bash', expect: { text: 'vector search engine' } },
  limits: { memory: '2GiB', cpus: 2, pids: 512 },
  stopSeconds: 30,
  metrics: { port: 'web', path: '/metrics', token: 'readKey' },
  alerts: [
    {
      name: 'VectorsFail',
      expr: 'sum(increase(rest_responses_total{service="qdrant", status=~"5.."}[10m])) > 5',
      for: '5m',
      severity: 'warning',
      summary: 'Qdrant answers with errors of its own: its disk may be full, or a collection damaged.',
    },
  ],
  dashboard: [
    { title: 'Points kept', expr: 'sum(collection_points)', unit: 'short' },
    { title: 'Answers', expr: 'sum by (status) (rate(rest_responses_total[5m]))', unit: 'reqps' },
    { title: 'Slowest in 20', expr: 'histogram_quantile(0.95, sum by (le) (rate(rest_responses_duration_seconds_bucket[5m])))', unit: 's' },
  ],
  logs: [
    { pattern: 'Must provide an API key or an Authorization bearer token', means: 'A client asks without the key: it needs qdrant().' },
    { pattern: 'WAL buffer size exceeds available disk space', means: 'The disk is full, so nothing can be stored.' },
    { pattern: 'Too many open files', means: 'There are more collections and segments than the unit may open files: join collections.' },
  ],

  env: ({ apiKey, readKey, here: { listen, volume: at } }) => ({
    QDRANT__SERVICE__HOST: listen.web.address,
    QDRANT__SERVICE__HTTP_PORT: listen.web.port,
    QDRANT__SERVICE__GRPC_PORT: listen.grpc.port,
    QDRANT__SERVICE__API_KEY: apiKey,
    QDRANT__SERVICE__READ_ONLY_API_KEY: readKey,
    QDRANT__STORAGE__STORAGE_PATH: at.storage,
    QDRANT__STORAGE__SNAPSHOTS_PATH: at.snapshots,
    QDRANT__TELEMETRY_DISABLED: true,
    QDRANT_INIT_FILE_PATH: '/tmp/qdrant-initialized',
  }),
});
