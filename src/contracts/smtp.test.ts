import { expect, test } from 'vitest';
import { smtpContract } from './smtp.ts';

const cluster = { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } };
const server = { name: 'server', provision: { port: 'main' }, url: '' };

function grantFor(parts: { readonly port: number; readonly tlsPort?: number }): unknown {
  const { port, ...rest } = parts;
  const provider = { ...server, ...rest, address: { host: 'server', port } };
  return smtpContract.grant({ client: { name: 'my-app', url: '' }, key: 'mail', request: {}, cluster, provider }).grant;
}

test('TLS begins at once wherever the server offers that, and as the port has it where the server says nothing', () => {
  expect(grantFor({ port: 587, tlsPort: 465 })).toMatchObject({ port: 465, tls: 'implicit' });
  expect(grantFor({ port: 465 })).toMatchObject({ port: 465, tls: 'implicit' });
  expect(grantFor({ port: 587 })).toMatchObject({ port: 587, tls: 'starttls' });
});
