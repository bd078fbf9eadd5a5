import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIssuer, type TestIssuer } from '../testing/issuer.ts';
import { type CheckToken, createTokenCheck } from './tokens.ts';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(() => {
  issuer.close();
});

function startCheck(): CheckToken {
  return createTokenCheck({ issuer: issuer.url, audience: 'tx-gateway', jwksUrl: issuer.jwksUrl });
}

test('a token of this client says who asks', async () => {
  expect(await startCheck()(await issuer.token())).toEqual({ id: 'id-of-ada', name: 'ada', groups: ['operator'] });
});

test.each([
  ['forged', async () => issuer.forged()],
  ['signed as with a shared secret', async () => issuer.confused()],
  ['over', async () => issuer.token({ lifeSeconds: -60 })],
  ['of another app', async () => issuer.token({ audience: 'grafana' })],
  ['of another issuer', async () => issuer.token({ issuer: 'https://elsewhere.example.org' })],
  ['unsigned', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await issuer.token()).split('.')[1]}.`],
  ['no token', async () => 'rubbish'],
])('a token that is %s opens nothing', async (_, make) => {
  expect(await startCheck()(await make())).toMatchObject({ status: 401, code: 'token' });
});

test('while the keys of the sign-on server cannot be read nobody is told that his token is wrong', async () => {
  const check = startCheck();
  issuer.setAway(true);
  expect(await check(await issuer.token())).toMatchObject({ status: 503 });
  issuer.setAway(false);
  expect(await check(await issuer.token())).toMatchObject({ name: 'ada' });
});
