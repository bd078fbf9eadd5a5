import { secret, suffixOf } from '../../contracts/index.ts';
import { defineService, file, tcp, volume } from '../../service/index.ts';

/** The OpenLDAP project keeps no image of its own, so this service is always built from Debian's slapd. */
export const openldap = defineService('openldap', {
  title: 'OpenLDAP',
  summary: 'The directory: people, groups and service accounts.',
  docs: 'https://www.openldap.org/doc/admin26/',
  licence: 'OLDAP-2.8',
  category: 'identity',
  debian: 'openldap',
  user: '999:999',

  ports: { ldap: tcp(389) },
  provides: { ldap: { port: 'ldap' } },
  volumes: { data: volume('/var/lib/openldap', { role: 'data', backup: 'hourly' }) },
  needs: { adminPassword: secret({ kind: 'password' }) },

  // Anonymous questions are refused, so the server's own socket is asked once the port is open.
  health: {
    command: [
      'sh',
      '-c',
      'nc 127.0.0.1 "${LDAP_PORT:-389}" -e true && exec ldapwhoami -Q -Y EXTERNAL -H "${LDAPI_URI:-ldapi:///}" >/dev/null',
    ],
  },
  limits: { memory: '256MiB', cpus: 1 },
  stopSeconds: 20,
  logs: [
    { pattern: 'MDB_MAP_FULL', means: 'The directory is as large as it may be, and takes no change.' },
    { pattern: 'daemon: bind\\(.*\\) failed', means: 'Another program listens on its port.' },
  ],

  env: ({ adminPassword, cluster, here }) => ({
    LDAP_SUFFIX: suffixOf(cluster.domain),
    LDAP_ORGANISATION: cluster.name,
    LDAP_ADMIN_PASSWORD_FILE: file(adminPassword),
    LDAP_DATA_DIR: here.volume.data,
    LDAP_PORT: here.listen.ldap.port,
  }),
  process: {
    packages: ['slapd', 'ldap-utils'],
    argv: ({ here }) => ['bash', `${here.recipe}/docker-entrypoint.sh`, 'slapd'],
    env: ({ here }) => ({
      LDAP_ADDRESS: here.listen.ldap.address,
      LDAP_SHARE_DIR: here.recipe,
      LDAP_RUN_DIR: `${here.volume.data}/run`,
      LDAPI_URI: `ldapi://${encodeURIComponent(`${here.volume.data}/run/ldapi`)}`,
    }),
    health: {
      command: ['bash', '-c', 'exec 3<>"/dev/tcp/127.0.0.1/$LDAP_PORT" && exec ldapwhoami -Q -Y EXTERNAL -H "$LDAPI_URI" >/dev/null'],
    },
  },
});
