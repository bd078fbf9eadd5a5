import { certificate, ldap, relay, relayAuthority, relayLogin, relayLogs, secret, throughRelay } from '../../contracts/index.ts';
import { defineService, file, lines, optional, tcp, text, volume } from '../../service/index.ts';

const config = '/tmp/docker-mailserver';
const services = `${config}/services.passwd`;

/** Reads lines of address and password and lets exactly these send mail, each from its own address. */
const accounts = lines(
  'set -eu',
  'umask 077',
  'while read -r address password; do',
  '  printf "%s:{SHA512-CRYPT}%s\\n" "$address" "$(printf %s "$password" | openssl passwd -6 -stdin)"',
  `done >${services}.new`,
  `chown dovecot:dovecot ${services}.new`,
  `mv ${services}.new ${services}`,
);

/** Everybody in the directory has the mailbox `name@domain`, and the password is the directory's. docs/mail.md says what DNS needs. */
export const mailserver = defineService('mailserver', {
  title: 'Mailserver',
  summary: 'Mail of the domain: Postfix, Dovecot and rspamd in one, with the people of the directory.',
  docs: 'https://docker-mailserver.github.io/docker-mailserver/v15.1/config/environment/',
  licence: 'MIT',
  category: 'communication',
  conflicts: ['mailu'],
  image: 'ghcr.io/docker-mailserver/docker-mailserver:15.1.0',
  debian: 'mailserver',
  user: '0:0',

  ports: { smtp: tcp(25), submissions: tcp(465), submission: tcp(587), imap: tcp(143), imaps: tcp(993), sieve: tcp(4190) },
  publish: ['smtp', 'submissions', 'submission', 'imap', 'imaps'],
  provides: {
    smtp: { port: 'submission', tls: 'submissions', host: 'mail', accounts: 'sh /etc/mailserver/accounts.sh' },
    imap: { port: 'imaps', host: 'mail' },
    sieve: { port: 'sieve', host: 'mail' },
  },
  volumes: {
    mail: volume('/var/mail', { role: 'data', backup: 'hourly', size: '5GiB' }),
    state: volume('/var/mail-state', { role: 'data', backup: 'daily' }),
    config: volume(config, { role: 'config', backup: 'daily' }),
  },
  needs: { people: ldap(), tls: certificate({ host: 'mail' }), signing: secret({ kind: 'dkim' }), relay: optional(relay()) },

  // A question to a port would stand in its log as a visitor who said nothing.
  health: {
    command: ['sh', '-c', 'for port in 587 993 11332; do ss -Hltn "sport = :$port" | grep -q . || exit 1; done'],
    startSeconds: 180,
  },
  smoke: { command: ['sh', '-c', 'printf "a LOGOUT\\r\\n" | openssl s_client -quiet -connect 127.0.0.1:993 2>/dev/null'], expect: 'BYE' },
  limits: { memory: '1GiB', cpus: 2, pids: 512 },
  allow: {
    root: 'Postfix and Dovecot begin as root and give each of their processes a user of its own',
    writableRoot: 'its start writes the configuration of every daemon below /etc',
    privileges: 'mail is put into the queue by postdrop, which is in the queue’s group by its set-group-ID bit',
    capabilities: {
      CHOWN: 'its start gives queues, keys and mailboxes to the users of the daemons',
      DAC_OVERRIDE: 'Postfix and Dovecot open sockets and mailboxes that belong to other users',
      FOWNER: 'its start sets modes of files that belong to the daemons already',
      KILL: 'the masters of Postfix and Dovecot end processes that run under other users',
      NET_BIND_SERVICE: 'mail has ports below 1024, also where the engine guards these',
      SETGID: 'each process of Postfix and Dovecot changes to a group of its own',
      SETUID: 'each process of Postfix and Dovecot changes to a user of its own',
      SYS_CHROOT: 'whoever has not signed in yet is served by a process in an empty directory',
    },
  },
  stopSeconds: 60,
  logs: [
    {
      pattern: 'LDAP: .*(?:Can.t contact|server is down)|Unable to bind to server',
      means: 'The directory does not answer: mail is kept and tried again.',
    },
    {
      pattern: 'Sender address rejected: not owned by user',
      means: 'An account sends under another name than its own: correct the sender in that app.',
    },
    ...relayLogs,
    {
      pattern: 'ssl.*certificate (?:has expired|verify failed)',
      means: 'A device does not trust the cluster’s authority: install what `datamancy trust` prints.',
    },
    { pattern: 'No space left on device', means: 'The disk is full: no mail is taken until there is room.' },
    {
      pattern: 'Service currently unavailable|blocked using',
      means: 'The receiver refuses this address: look up its reputation, its PTR record, SPF and DKIM.',
    },
  ],

  env: ({ people, tls, cluster, here }) => ({
    OVERRIDE_HOSTNAME: tls.host,
    POSTMASTER_ADDRESS: cluster.admin.email,
    SSL_TYPE: 'manual',
    SSL_CERT_PATH: file(tls.certificate),
    SSL_KEY_PATH: file(tls.key),
    PERMIT_DOCKER: 'none',
    POSTFIX_INET_PROTOCOLS: 'ipv4',
    DOVECOT_INET_PROTOCOLS: 'ipv4',
    POSTFIX_MESSAGE_SIZE_LIMIT: 52_428_800,
    SPOOF_PROTECTION: 1,
    ENABLE_MANAGESIEVE: 1,
    ENABLE_RSPAMD: 1,
    RSPAMD_GREYLISTING: 1,
    ENABLE_AMAVIS: 0,
    ENABLE_OPENDKIM: 0,
    ENABLE_OPENDMARC: 0,
    ENABLE_POLICYD_SPF: 0,
    ENABLE_UPDATE_CHECK: 0,
    LOGROTATE_INTERVAL: 'daily',
    ACCOUNT_PROVISIONER: 'LDAP',
    LDAP_SERVER_HOST: people.url,
    LDAP_SEARCH_BASE: people.peopleDn,
    LDAP_BIND_DN: people.bindDn,
    LDAP_BIND_PW__FILE: file(people.bindPassword),
    LDAP_QUERY_FILTER_USER: '(&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%s)))',
    // Its account reads no passwords: Dovecot signs in at the directory as whoever signs in.
    DOVECOT_AUTH_BIND: 'yes',
    DOVECOT_USER_FILTER: '(&(objectClass=inetOrgPerson)(|(uid=%n)(mail=%u)))',
    DOVECOT_PASS_ATTRS: 'uid=user',
    DOVECOT_USER_ATTRS: `=uid=5000,=gid=5000,=home=${here.volume.mail}/%{ldap:uid},=mail=maildir:~/Maildir`,
  }),
  files: {
    accounts: { path: '/etc/mailserver/accounts.sh', content: () => accounts },
    main: {
      path: `${config}/postfix-main.cf`,
      content: ({ cluster: { domain, admin }, here, relay: hop }) =>
        lines(
          `virtual_mailbox_domains = ${domain}`,
          `virtual_alias_maps = inline:{ postmaster@${domain}=${admin.email}, abuse@${domain}=${admin.email} }`,
          `smtpd_sender_login_maps = pcre:${here.file.senders}`,
          ...(hop ? throughRelay(hop, { login: here.file.login, authority: here.file.authority }) : []),
        ),
    },
    senders: {
      path: '/etc/mailserver/senders.pcre',
      content: ({ cluster }) => lines(`/^([^@+]+)(?:\\+[^@]*)?@${cluster.domain.replaceAll('.', '\\.')}$/ $1,$1@${cluster.domain}`),
    },
    login: { path: '/etc/mailserver/relay', content: ({ relay: hop }) => relayLogin(hop) },
    authority: { path: '/etc/mailserver/relay.pem', content: ({ relay: hop }) => relayAuthority(hop) },
    services: {
      path: `${config}/dovecot.cf`,
      content: () => lines('passdb {', '  driver = passwd-file', `  args = ${services}`, '}'),
    },
    signing: {
      path: `${config}/rspamd/override.d/dkim_signing.conf`,
      content: ({ signing, cluster: { domain } }) =>
        lines(
          'enabled = true;',
          'sign_authenticated = true;',
          'sign_local = false;',
          'use_domain = "header";',
          'use_esld = false;',
          'allow_username_mismatch = true;',
          text`domain { "${domain}" { path = "${file(signing)}"; selector = "mail"; } }`,
        ),
    },
  },
});
