import { expect, it } from 'vitest';
import { digestOf } from '../testing/oidc-settings.ts';
import { createClientSecrets } from './client-secret.ts';

// The example of https://www.authelia.com/configuration/identity-providers/openid-connect/clients/
const ofAuthelia =
  '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng';

it('knows a digest that Authelia made', async () => {
  const secrets = createClientSecrets();
  expect(await secrets.matches('app', ofAuthelia, 'insecure_secret')).toBe(true);
  expect(await secrets.matches('app', ofAuthelia, 'insecure_secret')).toBe(true);
  expect(await secrets.matches('app', ofAuthelia, 'insecure_secret ')).toBe(false);
});

it('takes the right secret of one client for no other', async () => {
  const secrets = createClientSecrets();
  const [mine, theirs] = [digestOf('mine'), digestOf('theirs')];
  expect(await secrets.matches('app', mine, 'mine')).toBe(true);
  expect(await secrets.matches('other', theirs, 'mine')).toBe(false);
  expect(await secrets.matches('app', theirs, 'mine')).toBe(false);
});

it.each(['', 'plain', '$pbkdf2-sha512$1000$abc$', '$pbkdf2-sha256$1000$abcdefghijkl$x'])('takes nothing for %j', async (digest) => {
  expect(await createClientSecrets().matches('app', digest, '')).toBe(false);
});

it('does not let guesses pile up, and lets a client in meanwhile that was in before', async () => {
  const secrets = createClientSecrets();
  const digest = digestOf('right');
  expect(await secrets.matches('app', digest, 'right')).toBe(true);
  const guesses = await Promise.allSettled([
    ...Array.from({ length: 60 }, (_, index) => secrets.matches('app', digest, `guess ${index}`)),
    secrets.matches('app', digest, 'right'),
  ]);
  expect(guesses.at(-1)).toEqual({ status: 'fulfilled', value: true });
  expect(guesses.filter(({ status }) => status === 'rejected')).toHaveLength(40);
  expect(await secrets.matches('app', digest, 'guess')).toBe(false);
});
