import { ldap } from '../../contracts/index.ts';
import { defineService, file, http, ini, volume } from '../../service/index.ts';

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
  needs: { directory: ldap() },

  route: {
    port: 'web',
    host: 'calendar',
    access: { directory: 'directory', why: 'calendar apps send a name and a password with each request and can show no sign-in page' },
  },
  health: { port: 'web', path: '/.web/' },
  limits: { memory: '256MiB', cpus: 1 },

  command: ({ here }) => ['--config', here.file.config],
  files: {
    config: {
      path: '/etc/radicale/config',
      content: ({ directory, here }) =>
        ini({
          server: { hosts: `${here.listen.web.address}:${here.listen.web.port}` },
          auth: {
            type: 'ldap',
            ldap_uri: directory.url,
            ldap_base: directory.peopleDn,
            ldap_reader_dn: directory.bindDn,
            ldap_secret_file: file(directory.bindPassword),
            ldap_filter: `(&(objectClass=inetOrgPerson)(uid={0})(memberOf=cn=viewer,${directory.groupsDn}))`,
            ldap_user_attribute: 'uid',
            cache_logins: true,
          },
          rights: { type: 'owner_only' },
          // The level below tells of each request, the healthcheck's too.
          logging: { level: 'warning' },
          storage: { filesystem_folder: `${here.volume.data}/collections` },
        }),
    },
  },
  process: { packages: ['radicale (>= 3.4)', 'python3-ldap3'], argv: ({ here }) => ['radicale', '--config', here.file.config] },
});
