import { ldap } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

/**
 * One signs in with the DN of the directory's administrator, whose password `datamancy secrets show openldap.adminPassword` prints.
 * Upstream's image holds version 2, which lets nobody in who has no entry of his own, as the administrator has none; Debian's is 1.2.
 */
export const phpldapadmin = defineService('phpldapadmin', {
  title: 'phpLDAPadmin',
  summary: 'The directory as a tree, in a browser: every entry with every attribute.',
  docs: 'https://github.com/leenooks/phpLDAPadmin/tree/1.2.6.7',
  licence: 'GPL-2.0-or-later',
  category: 'identity',
  debian: 'phpldapadmin',
  user: '82:82',

  ports: { web: http(8080) },
  needs: { directory: ldap() },
  route: { port: 'web', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/login' },
  smoke: { path: '/login', expect: { text: 'phpLDAPadmin' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [{ pattern: "Can't contact LDAP server", means: 'The directory is away: look at openldap.' }],

  env: ({ directory, cluster }) => ({
    LDAP_NAME: cluster.name,
    LDAP_HOST: directory.host,
    LDAP_PORT: directory.port,
    LDAP_BASE_DN: directory.suffix,
  }),
});
