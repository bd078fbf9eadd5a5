import { ldap, postgres, reach, secret } from '../../contracts/index.ts';
import type { ReachGrant } from '../../contracts/index.ts';
import { defineService, file, http, lines, text, volume } from '../../service/index.ts';

function addressOf({ targets }: ReachGrant, contract: string): { readonly host: string; readonly port: number } {
  return targets.find((target) => target.contract === contract) ?? { host: contract, port: 0 };
}

export const roundcube = defineService('roundcube', {
  title: 'Roundcube',
  summary: 'Mail in a browser, with the people of the directory as its address book.',
  docs: 'https://github.com/roundcube/roundcubemail-docker#configurationenvironment-variables',
  licence: 'GPL-3.0-or-later',
  category: 'communication',
  conflicts: ['mailu'],
  image: 'roundcube/roundcubemail:1.7.4-apache-nonroot',
  debian: 'roundcube',
  user: '33:33',

  ports: { web: http(8000) },
  volumes: {
    uploads: volume('/var/roundcube/tmp', {
      role: 'cache',
      backup: { skip: 'attachments of mails that are being written' },
      size: '512MiB',
    }),
  },
  needs: {
    db: postgres(),
    people: ldap(),
    servers: reach('imap', 'smtp', 'sieve'),
    sessionKey: secret({ kind: 'password', length: 24 }),
  },

  route: {
    port: 'web',
    host: 'webmail',
    access: { directory: 'people', why: 'the mail server asks for the password itself, so whoever shows the mail has to know it' },
  },
  health: { port: 'web', path: '/', via: 'curl', startSeconds: 120 },
  smoke: { path: '/?_task=login', via: 'curl', expect: { text: 'rcmloginuser' } },
  limits: { memory: '384MiB', cpus: 1 },
  allow: { writableRoot: 'its start copies the program into the directory that Apache serves, and writes its configuration there' },
  logs: [
    { pattern: 'IMAP Error: .*Could not connect', means: 'The mail server does not answer at its IMAP port.' },
    {
      pattern: 'Failed to initialize/update the database',
      means: 'Its tables were made by hand or by a newer version: restore the backup that fits.',
    },
  ],

  env: ({ db, servers, sessionKey, cluster, here }) => ({
    ROUNDCUBEMAIL_DB_TYPE: 'pgsql',
    ROUNDCUBEMAIL_DB_HOST: db.host,
    ROUNDCUBEMAIL_DB_PORT: db.port,
    ROUNDCUBEMAIL_DB_NAME: db.name,
    ROUNDCUBEMAIL_DB_USER: db.user,
    ROUNDCUBEMAIL_DB_PASSWORD: db.password,
    ROUNDCUBEMAIL_DES_KEY: sessionKey,
    ROUNDCUBEMAIL_TEMP_DIR: here.volume.uploads,
    ROUNDCUBEMAIL_DEFAULT_HOST: `ssl://${addressOf(servers, 'imap').host}`,
    ROUNDCUBEMAIL_DEFAULT_PORT: addressOf(servers, 'imap').port,
    ROUNDCUBEMAIL_SMTP_SERVER: `tls://${addressOf(servers, 'smtp').host}`,
    ROUNDCUBEMAIL_SMTP_PORT: addressOf(servers, 'smtp').port,
    ROUNDCUBEMAIL_USERNAME_DOMAIN: cluster.domain,
    ROUNDCUBEMAIL_PLUGINS: 'archive,zipdownload,managesieve,markasjunk',
  }),
  files: {
    limits: {
      path: '/usr/local/etc/php/conf.d/zzz-cluster.ini',
      content: ({ here }) =>
        lines('upload_max_filesize = 48M', 'post_max_size = 50M', 'memory_limit = 192M', `upload_tmp_dir = ${here.volume.uploads}`),
    },
    config: {
      path: '/var/roundcube/config/cluster.php',
      content: ({ people, servers, cluster, here }) =>
        lines(
          '<?php',
          text`$trusted = ['ssl' => ['cafile' => '${file(servers.authority)}', 'verify_peer' => true]];`,
          "$config['imap_conn_options'] = $config['smtp_conn_options'] = $config['managesieve_conn_options'] = $trusted;",
          `$config['managesieve_host'] = 'tls://${addressOf(servers, 'sieve').host}:${addressOf(servers, 'sieve').port}';`,
          `$config['product_name'] = '${cluster.name}';`,
          `$config['temp_dir'] = '${here.volume.uploads}';`,
          "$config['proxy_whitelist'] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];",
          "$config['ldap_public']['people'] = [",
          `  'name' => '${cluster.name}', 'hosts' => ['${people.url}'], 'base_dn' => '${people.peopleDn}',`,
          text`  'bind_dn' => '${people.bindDn}', 'bind_pass' => '${people.bindPassword}',`,
          "  'search_fields' => ['mail', 'cn', 'uid'], 'filter' => '(objectClass=inetOrgPerson)', 'scope' => 'list', 'sort' => 'cn',",
          "  'fieldmap' => ['name' => 'cn', 'surname' => 'sn', 'firstname' => 'givenName', 'email' => 'mail:*'],",
          '];',
          "$config['autocomplete_addressbooks'] = ['sql', 'people'];",
        ),
    },
  },
});
