import { secret } from '../../contracts/index.ts';
import { defineService, file, http, part, volume } from '../../service/index.ts';

/** A place for backups of other clusters and machines; `datamancy secrets show restic-rest-server.account` prints its password. */
export const resticRestServer = defineService('restic-rest-server', {
  title: 'restic REST server',
  summary: 'Takes backups of other machines over HTTPS, and lets nobody delete them.',
  docs: 'https://github.com/restic/rest-server/blob/v0.14.0/README.md',
  licence: 'BSD-2-Clause',
  category: 'backup',
  image: 'restic/rest-server:0.14.0',
  debian: 'restic-rest-server',
  user: '1000:1000',

  ports: { web: http(8000) },
  volumes: {
    data: volume('/data', { role: 'data', backup: { skip: 'these are backups themselves, encrypted by who sent them' }, size: '20GiB' }),
  },
  needs: { account: secret({ kind: 'htpasswd', user: 'restic' }) },

  route: {
    port: 'web',
    host: 'restic',
    access: { open: 'restic sends the name and the password of its own account, and has no page to show' },
  },
  health: { port: 'web', path: '/metrics' },
  smoke: { path: '/metrics', expect: { text: 'go_info' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '128MiB', cpus: 1 },
  alerts: [
    {
      name: 'BackupsNotReceived',
      // A counter is there from its first backup on, which is no increase; and of the time before this service was here nobody knows.
      expr: '(sum(increase(rest_server_blob_write_total[48h])) or vector(0)) == 0 unless on () (rest_server_blob_write_total unless rest_server_blob_write_total offset 48h) and on () up{service="restic-rest-server"} offset 48h',
      for: '1m',
      severity: 'warning',
      summary: 'No machine has sent a backup for two days.',
    },
  ],
  dashboard: [
    { title: 'Written', expr: 'sum by (user) (rate(rest_server_blob_write_bytes_total[5m]))', unit: 'binBps' },
    { title: 'Read', expr: 'sum by (user) (rate(rest_server_blob_read_bytes_total[5m]))', unit: 'binBps' },
    { title: 'Pieces deleted', expr: 'sum by (user) (rate(rest_server_blob_delete_total[5m]))', unit: 'ops' },
  ],
  logs: [
    { pattern: 'cannot load \\S+ \\(use --no-auth to disable\\)', means: 'The file with its account is missing: run `datamancy up`.' },
    { pattern: 'no space left on device', means: 'The disk is full, so no backup is taken.' },
  ],

  env: ({ account, here }) => ({
    DATA_DIRECTORY: here.volume.data,
    PASSWORD_FILE: file(part(account, 'digest')),
    // Each account keeps to the folder of its name.
    OPTIONS: `--listen ${here.listen.web.address}:${here.listen.web.port} --append-only --private-repos --prometheus --prometheus-no-auth`,
  }),
});
