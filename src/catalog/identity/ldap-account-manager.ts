import { ldap } from '../../contracts/index.ts';
import { defineService, http, json, volume } from '../../service/index.ts';

/** LAM keeps settings of its own behind a second password; this one fits nothing, because settings come from here. */
const noPassword = '{CRYPT-SHA512}! bm9uZQ==';

/**
 * People have forms; groups, being groupOfNames, are edited in the tree view. One signs in as the directory's administrator,
 * whose password `datamancy secrets show openldap.adminPassword` prints.
 * Upstream's image edits its own /etc as root at each start and so cannot run as every unit here does; Debian's can.
 */
export const ldapAccountManager = defineService('ldap-account-manager', {
  title: 'LDAP Account Manager',
  summary: 'People and groups of the directory, in a browser.',
  docs: 'https://www.ldap-account-manager.org/static/doc/manual/index.html',
  licence: 'GPL-2.0-or-later',
  category: 'identity',
  debian: 'ldap-account-manager',
  user: '33:33',

  ports: { web: http(80) },
  volumes: { state: volume('/var/lib/ldap-account-manager', { role: 'config', backup: 'weekly' }) },
  needs: { directory: ldap() },

  route: { port: 'web', host: 'people', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/lam/templates/login.php' },
  smoke: { path: '/lam/templates/login.php', expect: { text: 'LDAP Account Manager' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [{ pattern: 'failed to log in', means: 'Somebody gave a name or a password that the directory does not know.' }],

  env: () => ({ LAM_SKIP_PRECONFIGURE: true }),
  files: {
    general: {
      path: '/var/lib/ldap-account-manager/config/config.cfg',
      content: () => json({ password: noPassword, default: 'lam', logLevel: '4', logDestination: 'NONE', sessionTimeout: '30' }),
    },
    profile: {
      path: '/var/lib/ldap-account-manager/config/lam.conf',
      content: ({ directory }) =>
        json({
          ServerURL: directory.url,
          Admins: directory.adminDn,
          Passwd: noPassword,
          loginMethod: 'list',
          defaultLanguage: 'en_GB.utf8',
          timeZone: 'UTC',
          activeTypes: 'user',
          typeSettings: {
            suffix_user: directory.peopleDn,
            attr_user: '#uid;#givenName;#sn;#mail',
            modules_user: 'inetOrgPerson',
          },
          toolSettings: { treeViewSuffix: directory.suffix },
        }),
    },
  },
});
