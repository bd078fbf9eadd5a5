import { expect, test } from 'vitest';
import { audioContract } from './audio.ts';

test('audio: the address of the API, and the key that all its clients share', () => {
  const provider = { name: 'server', provision: { port: 'web', key: 'token' }, address: { host: 'server', port: 1234 }, url: '' };
  const cluster = { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } };
  const { grant, secrets } = audioContract.grant({ client: { name: 'my-app', url: '' }, key: 'voice', request: {}, provider, cluster });
  expect(grant).toEqual({ url: 'http://server:1234/v1', key: { kind: 'secret', id: 'server.token' } });
  expect(secrets.map(({ id }) => id)).toEqual(['server.token']);
});
