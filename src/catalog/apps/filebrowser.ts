import { defineService, http, volume } from '../../service/index.ts';

/**
 * Upstream ended it in September 2026 and asks that it stand behind the sign-on of another. Here all who are let in share one
 * folder as one person: how it tells people apart can be changed only while it does not run.
 */
export const filebrowser = defineService('filebrowser', {
  title: 'File Browser',
  summary: 'One folder for those who run the cluster: look, upload, edit, share a link.',
  docs: 'https://filebrowser.org/configuration/authentication-method',
  licence: 'Apache-2.0',
  category: 'apps',
  image: 'filebrowser/filebrowser:v2.63.23',
  user: '1000:1000',

  ports: { web: http(8080) },
  volumes: {
    files: volume('/srv', { role: 'data', backup: 'daily', size: '5GiB' }),
    database: volume('/database', { role: 'config', backup: 'daily' }),
  },
  tmpfs: ['/config'],

  route: { port: 'web', host: 'files', access: { groups: ['operator'], alone: 'it takes whoever comes for its one person' } },
  health: { port: 'web', path: '/health' },
  smoke: { path: '/health', expect: { text: 'OK' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [{ pattern: 'timeout', means: 'another program holds the database of File Browser open' }],

  env: ({ here }) => ({
    FB_ADDRESS: here.listen.web.address,
    FB_PORT: here.listen.web.port,
    FB_ROOT: here.volume.files,
    FB_DATABASE: `${here.volume.database}/filebrowser.db`,
    FB_DISABLE_EXEC: true,
    FB_NOAUTH: true,
  }),
});
