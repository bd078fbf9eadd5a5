import { defineService, http, ini, volume } from '../../service/index.ts';

export const radicale = defineService('radicale', {
  title: 'Radicale',
  summary: 'Calendars and address books for every device.',
  docs: 'https://radicale.org/v3.html#configuration',
  licence: 'GPL-3.0-or-later',
  category: 'collaboration',
  image: 'ghcr.io/kozea/radicale:3.5.3',
  debian: 'radicale',
  user: '1000:1000',

  ports: { web: http(5232) },
  volumes: { data: volume('/var/lib/radicale', { role: 'data', backup: 'hourly' }) },

  route: {
    port: 'web',
    host: 'calendar',
    access: {
      groups: ['viewer'],
      basic: 'calendar apps send a name and a password with each request and can show no sign-in page',
      identity: { user: 'X-Remote-User' },
    },
  },
  health: { port: 'web', path: '/.web/' },
  smoke: { path: '/.web/', expect: { text: 'Radicale' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'Failed to load item', means: 'An entry of a calendar or an address book is damaged; the line names its file.' },
    { pattern: 'An exception occurred during', means: 'A request failed; the lines below it say why.' },
  ],

  command: ({ here }) => ['--config', here.file.config],
  files: {
    config: {
      path: '/etc/radicale/config',
      content: ({ here }) =>
        ini({
          server: { hosts: `${here.listen.web.address}:${here.listen.web.port}` },
          // Believes the header from whoever reaches it, and without one lets nobody in.
          auth: { type: 'http_x_remote_user' },
          rights: { type: 'owner_only' },
          // The level below tells of each request, the healthcheck's too.
          logging: { level: 'warning' },
          storage: { filesystem_folder: `${here.volume.data}/collections` },
        }),
    },
  },
  process: { packages: ['radicale'], argv: ({ here }) => ['radicale', '--config', here.file.config] },
});
