import { ldap, memcached, postgres, reach } from '../../contracts/index.ts';
import type { ReachGrant } from '../../contracts/index.ts';
import type { Text } from '../../service/index.ts';
import { defineService, file, http, json, lines, text, volume } from '../../service/index.ts';

const resources = '/usr/lib/GNUstep/SOGo/WebServerResources/';

/** Where a mail server answers. */
function server({ targets }: ReachGrant, contract: string, scheme: string, question = ''): string {
  const found = targets.find((target) => target.contract === contract);
  return `${scheme}://${found?.host ?? contract}:${found?.port ?? 0}/${question}`;
}

/** Upstream gives packages of its releases to those who pay; this image is built from the same sources. */
export const sogo = defineService('sogo', {
  title: 'SOGo',
  summary: 'Mail, calendars and address books in a browser and on every device.',
  docs: 'https://www.sogo.nu/files/docs/SOGoInstallationGuide.html',
  licence: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
  category: 'communication',
  conflicts: ['mailu'],
  image: 'sonroyaalmerol/docker-sogo:5.12.8-2',
  debian: 'sogo',
  user: '0:0',

  ports: { web: http(80) },
  volumes: { spool: volume('/var/spool/sogo', { role: 'cache', backup: { skip: 'attachments of mails that are being written' } }) },
  needs: { db: postgres(), people: ldap(), cache: memcached(), servers: reach('imap', 'smtp', 'sieve') },

  route: {
    port: 'web',
    access: { directory: 'people', why: 'it hands the password on to the mail server, which asks the directory with it' },
  },
  health: { port: 'web', path: '/SOGo/', via: 'curl', startSeconds: 120 },
  smoke: { path: '/SOGo/', via: 'curl', expect: { text: 'SOGo' } },
  limits: { memory: '1GiB', cpus: 2 },
  allow: {
    root: 'its start gives the program’s directories to the user sogo, under whom the program itself runs',
    writableRoot: 'its start writes /etc/sogo/sogo.conf, /etc/default/sogo and the number of the user sogo',
    capabilities: {
      AUDIT_WRITE: 'su, by which it changes to the user sogo, reports whom it changes to',
      CHOWN: 'its start gives the spool, the log and the configuration to the user sogo',
      DAC_OVERRIDE: 'its start writes into directories that belong to the user sogo already',
      FOWNER: 'its start sets modes of files that belong to the user sogo already',
      KILL: 'supervisord ends the program, which runs under another user',
      SETGID: 'the program changes to the group sogo, Apache to that of www-data',
      SETUID: 'the program changes to the user sogo, Apache to www-data',
    },
  },
  logs: [
    { pattern: 'Can.t contact LDAP server', means: 'The directory does not answer, so nobody can sign in.' },
    {
      pattern: 'could not connect to.*imap|IMAP4 login failed',
      means: 'The mail server does not answer, or refuses the password that the directory took.',
    },
    {
      pattern: 'No child available to handle incoming request',
      means: 'Every worker is busy: raise WOWorkersCount, and the memory with it.',
    },
  ],

  env: ({ servers }) => ({ PUID: 1000, PGID: 1000, SSL_CERT_FILE: file(servers.authority) }),
  files: {
    config: {
      path: '/etc/sogo/sogo.conf.d/cluster.yaml',
      content: ({ db, people, cache, servers, cluster }) => {
        const table = (name: string): Text => text`postgresql://${db.user}:${db.password}@${db.address}/${db.name}/sogo_${name}`;
        // JSON is YAML too, and every parser knows it.
        return json({
          SOGoProfileURL: table('user_profile'),
          OCSFolderInfoURL: table('folder_info'),
          OCSSessionsFolderURL: table('sessions_folder'),
          OCSEMailAlarmsFolderURL: table('alarms_folder'),
          OCSStoreURL: table('store'),
          OCSAclURL: table('acl'),
          OCSCacheFolderURL: table('cache_folder'),
          OCSAdminURL: table('admin'),
          SOGoMemcachedHost: cache.address,
          SOGoMailDomain: cluster.domain,
          SOGoIMAPServer: server(servers, 'imap', 'imaps'),
          SOGoSMTPServer: server(servers, 'smtp', 'smtp', '?tls=YES'),
          SOGoSieveServer: server(servers, 'sieve', 'sieve', '?tls=YES'),
          SOGoSMTPAuthenticationType: 'PLAIN',
          SOGoMailingMechanism: 'smtp',
          SOGoForceExternalLoginWithEmail: false,
          SOGoSieveScriptsEnabled: true,
          SOGoVacationEnabled: true,
          SOGoForwardEnabled: true,
          SOGoAppointmentSendEMailNotifications: true,
          SOGoPageTitle: cluster.name,
          SOGoSuperUsernames: [cluster.admin.name],
          SOGoTimeZone: 'UTC',
          WOWorkersCount: 4,
          WOPort: '127.0.0.1:20000',
          SxVMemLimit: 512,
          SOGoUserSources: [
            {
              type: 'ldap',
              id: 'people',
              displayName: cluster.name,
              hostname: people.url,
              baseDN: people.peopleDn,
              bindDN: people.bindDn,
              bindPassword: people.bindPassword,
              bindFields: ['uid', 'mail'],
              CNFieldName: 'cn',
              IDFieldName: 'uid',
              UIDFieldName: 'uid',
              filter: "objectClass = 'inetOrgPerson'",
              canAuthenticate: true,
              isAddressBook: true,
            },
          ],
        });
      },
    },
    site: {
      path: '/etc/apache2/conf-available/SOGo.conf',
      content: ({ url }) =>
        lines(
          `Alias /SOGo.woa/WebServerResources/ ${resources}`,
          `Alias /SOGo/WebServerResources/ ${resources}`,
          `<Directory ${resources}>`,
          '  AllowOverride None',
          '  Require all granted',
          '</Directory>',
          'ProxyRequests Off',
          'ProxyPreserveHost On',
          'SetEnv proxy-nokeepalive 1',
          'ProxyPass /SOGo http://127.0.0.1:20000/SOGo retry=0 nocanon',
          'ProxyPass /Microsoft-Server-ActiveSync http://127.0.0.1:20000/SOGo/Microsoft-Server-ActiveSync retry=60 connectiontimeout=5 timeout=360',
          // Whoever names himself in this header would be let in as that person.
          'RequestHeader unset "x-webobjects-remote-user"',
          `RequestHeader set "x-webobjects-server-port" "${new URL(url).port || '443'}"`,
          `RequestHeader set "x-webobjects-server-name" "${new URL(url).hostname}"`,
          `RequestHeader set "x-webobjects-server-url" "${url}"`,
          'RequestHeader set "x-webobjects-server-protocol" "HTTP/1.0"',
          `RedirectMatch ^/$ ${url}/SOGo/`,
          `RedirectMatch ^/\\.well-known/(?:cal|card)dav/?$ ${url}/SOGo/dav/`,
        ),
    },
  },
});
