import { secret } from '../../contracts/index.ts';
import { defineService, http, ini, volume } from '../../service/index.ts';

/** `datamancy secrets show couchdb.password` prints the password of `admin`; settings that Fauxton changes are forgotten at the next start. */
export const couchdb = defineService('couchdb', {
  title: 'CouchDB',
  summary: 'Database of documents that programs ask over HTTP and copy to and fro.',
  docs: 'https://docs.couchdb.org/en/stable/config/index.html',
  licence: 'Apache-2.0',
  category: 'data',
  image: 'couchdb:3.5.2.1',
  user: '5984:5984',

  ports: { web: http(5984), metrics: http(17986) },
  volumes: { data: volume('/opt/couchdb/data', { role: 'data', backup: 'daily' }) },
  tmpfs: ['/opt/couchdb/etc/local.d'], // where it writes its administrator's password, hashed
  needs: {
    password: secret({ kind: 'password' }),
    cookies: secret({ kind: 'hex', bytes: 32 }),
    uuid: secret({ kind: 'uuid' }, { keeps: 'data' }),
  },

  route: { port: 'web', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/_up', via: 'bash' },
  smoke: { path: '/', via: 'bash', expect: { text: '"couchdb":"Welcome"' } },
  metrics: { port: 'metrics', path: '/_node/_local/_prometheus' },
  limits: { memory: '512MiB', cpus: 1 },
  stopSeconds: 30,
  alerts: [
    {
      name: 'CouchdbFails',
      expr: 'sum(increase(couchdb_httpd_status_codes{code=~"5.."}[10m])) > 10',
      for: '5m',
      severity: 'warning',
      summary: 'CouchDB answered more than ten requests of ten minutes with an error of its own.',
    },
  ],
  dashboard: [
    { title: 'Answers', expr: 'sum by (code) (rate(couchdb_httpd_status_codes[5m]))', unit: 'reqps' },
    { title: 'Slowest answer in 20', expr: 'couchdb_request_time_seconds{quantile="0.95"}', unit: 's' },
    { title: 'Documents written', expr: 'rate(couchdb_database_writes_total[5m])', unit: 'ops' },
    { title: 'Databases open', expr: 'couchdb_open_databases', unit: 'short' },
  ],
  logs: [{ pattern: 'all_dbs_active', means: 'More databases are open at once than max_dbs_open allows.' }],

  files: {
    settings: {
      path: '/opt/couchdb/etc/default.d/20-cluster.ini',
      content: ({ password, cookies, uuid, here: { listen } }) =>
        ini({
          couchdb: { single_node: true, uuid }, // makes _users and _replicator, as a cluster's set-up would
          chttpd: { bind_address: listen.web.address, port: listen.web.port },
          chttpd_auth: { secret: cookies },
          prometheus: { additional_port: true, bind_address: listen.metrics.address, port: listen.metrics.port },
          log: { writer: 'stderr', level: 'warning' },
          admins: { admin: password },
        }),
    },
  },
});
