import { expect, test } from 'vitest';
import { printContent, printValue } from '../service/index.ts';
import type { RelayGrant } from './index.ts';
import { contracts, relay, relayAuthority, relayLogin, throughRelay } from './index.ts';

const password = 'a: $b #c';
const reveal = { secret: () => password, file: ({ id }: { readonly id: string }) => `/run/secrets/${id}` };
const granted: RelayGrant = {
  host: 'smtp.example.net',
  port: 587,
  user: 'me@example.net',
  password: { kind: 'secret', id: 'mail.relayPassword' },
};
const files = { login: '/etc/login', authority: '/etc/authority.pem' };

test('the owner’s account outside is granted, with a password that is the owner’s to give', () => {
  const answered = contracts['relay']?.grant({
    client: { name: 'postfix', url: '' },
    key: 'relay',
    request: relay().request,
    provider: { name: '', provision: { user: granted.user, from: 'me@example.net' }, address: { host: granted.host, port: 587 }, url: '' },
    cluster: { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } },
  });
  expect(answered?.grant).toEqual(granted);
  expect(answered?.secrets).toEqual([
    { id: 'mail.relayPassword', spec: { kind: 'supplied', about: 'password of me@example.net at smtp.example.net' } },
  ]);
});

test('Postfix sends to that host alone, signed in, and only to a certificate of that name', () => {
  const told = throughRelay(granted, files);
  expect(told).toContain('relayhost = [smtp.example.net]:587');
  expect(told).toContain('smtp_sasl_password_maps = texthash:/etc/login');
  expect(told).toContain('smtp_tls_security_level = secure');
  expect(told).toContain('smtp_tls_mandatory_protocols = >=TLSv1.2');
  expect(told.filter((line) => /wrappermode|CAfile/.test(line))).toEqual([]);
});

test('TLS begins at once at port 465 alone, and a private authority is named where there is one', () => {
  expect(throughRelay({ ...granted, port: 465 }, files)).toContain('smtp_tls_wrappermode = yes');
  expect(throughRelay({ ...granted, authority: 'a certificate' }, files)).toContain('smtp_tls_CAfile = /etc/authority.pem');
});

test('the login stands in a file of its own, under the next hop, and there is none without a relay', () => {
  const login = relayLogin(granted);
  expect(login === 'absent' ? login : printContent(login, reveal)).toBe(`[smtp.example.net]:587 me@example.net:${password}\n`);
  expect(
    throughRelay(granted, files)
      .map((line) => printValue(line, reveal))
      .join('\n'),
  ).not.toContain(password);
  expect([relayLogin(undefined), relayAuthority(undefined), relayAuthority(granted)]).toEqual(['absent', 'absent', 'absent']);
  const authority = relayAuthority({ ...granted, authority: '  a certificate\n\n' });
  expect(authority === 'absent' ? authority : printContent(authority, reveal)).toBe('a certificate\n');
});
