import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import type { Service } from '../../src/service/index.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { resolveGolden, treeOf } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

type Mail = { readonly host: string; readonly port: number; readonly user: string; readonly from: string };

/** What each client of a mail server is told about TLS, at a port where it begins at once and at one where it begins after STARTTLS. */
const told: Readonly<Record<string, { readonly implicit: readonly string[]; readonly starttls: readonly string[] }>> = {
  authelia: { implicit: ['submissions://smtp.example.net:465'], starttls: ['submission://smtp.example.net:587'] },
  // It looks at the port itself, and refuses to go on without TLS.
  bookstack: { implicit: ['MAIL_PORT: 465', 'MAIL_ENCRYPTION: tls'], starttls: ['MAIL_PORT: 587', 'MAIL_ENCRYPTION: tls'] },
  forgejo: { implicit: ['FORGEJO__mailer__PROTOCOL: smtps'], starttls: ['FORGEJO__mailer__PROTOCOL: smtp+starttls'] },
  gate: { implicit: ['submissions://smtp.example.net:465'], starttls: ['submission://smtp.example.net:587'] },
  mastodon: {
    implicit: ['SMTP_TLS: true', 'SMTP_ENABLE_STARTTLS: never'],
    starttls: ['SMTP_TLS: false', 'SMTP_ENABLE_STARTTLS: always'],
  },
  nextcloud: { implicit: ["'mail_smtpport' => 465", "'mail_smtpsecure' => 'ssl'"], starttls: ["'mail_smtpport' => 587"] },
  // It mails nothing where it would take any certificate.
  outline: { implicit: ['SMTP_SECURE: true'], starttls: [] },
  'paperless-ngx': {
    implicit: ['PAPERLESS_EMAIL_USE_SSL: true', 'PAPERLESS_EMAIL_USE_TLS: false'],
    starttls: ['PAPERLESS_EMAIL_USE_SSL: false', 'PAPERLESS_EMAIL_USE_TLS: true'],
  },
  planka: { implicit: ['SMTP_SECURE: true'], starttls: ['SMTP_SECURE: false'] },
  seafile: { implicit: ['EMAIL_USE_SSL = True'], starttls: ['EMAIL_USE_TLS = True'] },
  synapse: {
    implicit: ['force_tls: true', 'require_transport_security: true'],
    starttls: ['force_tls: false', 'require_transport_security: true'],
  },
  vaultwarden: { implicit: ['SMTP_SECURITY: force_tls'], starttls: ['SMTP_SECURITY: starttls'] },
};

const services: readonly Service[] = Object.values(catalog);
const clients = services
  .filter(({ needs = {} }) => Object.values(needs).some(({ kind }) => kind === 'smtp'))
  .map(({ name }) => name)
  .toSorted();

function filesOf(name: string, port: number): string {
  const mail: Mail = { host: 'smtp.example.net', port, user: 'me@example.net', from: 'me@example.net' };
  const cluster = smallestCluster(name);
  return [...treeOf(resolveGolden({ ...cluster, declaration: { ...cluster.declaration, mail } })).values()].join('\n').replaceAll('"', '');
}

test('every client of a mail server is in the table', () => {
  expect(Object.keys(told)).toEqual(clients);
});

describe.each(Object.entries(told))('%s', (name, { implicit, starttls }) => {
  test.each([
    [465, implicit, starttls],
    [587, starttls, implicit],
  ])('is told how TLS begins at port %i', (port, expected, others) => {
    const files = filesOf(name, port);
    for (const words of expected) expect(files).toContain(words);
    for (const words of others.filter((one) => !expected.includes(one))) expect(files).not.toContain(words);
  });
});

test('a mail server of the cluster is asked where TLS begins at once', () => {
  const cluster = smallestCluster('outline');
  for (const server of [{ mailserver: {}, openldap: {} }, { mailu: {} }]) {
    const services = { ...cluster.declaration.services, ...server };
    const stack = resolveGolden({ ...cluster, declaration: { ...cluster.declaration, services } });
    expect(serviceOf(stack, 'outline')?.env).toMatchObject({ SMTP_HOST: `mail.${stack.domain}`, SMTP_PORT: 465, SMTP_SECURE: true });
  }
});
