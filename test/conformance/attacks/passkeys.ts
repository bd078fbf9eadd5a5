import { createAuthenticator, type Flaws } from '../../../src/gate/testing/authenticator.ts';
import { type Attack, granted, refused, type Target } from './attack.ts';
import { type KeyHolder, newKeyHolder, passkeyOptions, withPassword } from './factors.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';

/** Signs in without a password; what is wrong with the answer is told by `flaws`. */
async function signIn(target: Target, { key }: Pick<KeyHolder, 'key'>, flaws: Flaws = {}): Promise<Outcome> {
  const visitor = newVisitor(target);
  const { csrf, ...request } = await passkeyOptions(visitor, '/passkey/sign-in', 'sign-in');
  return outcomeOf(target, await visitor.post('/passkey/sign-in', { csrf, answer: key.use(request, flaws) }));
}

function flawed(id: string, tried: string, flawsOf: (target: Target, holder: KeyHolder) => Flaws | Promise<Flaws>): Attack {
  return refused(`passkey.${id}`, tried, [401], async (target) => {
    const holder = await newKeyHolder(target);
    return await signIn(target, holder, await flawsOf(target, holder));
  });
}

function nonsense(id: string, tried: string, status: readonly number[], textOf: () => string): Attack {
  return refused(`passkey.${id}`, tried, status, async (target) => {
    const visitor = newVisitor(target);
    const { csrf } = await passkeyOptions(visitor, '/passkey/sign-in', 'sign-in');
    return outcomeOf(target, await visitor.post('/passkey/sign-in', { csrf, answer: textOf() }));
  });
}

export const passkeys: readonly Attack[] = [
  granted('passkey.honest', 'signs in with a passkey that asked for its owner', [303], ['a session'], async (target) =>
    signIn(target, await newKeyHolder(target)),
  ),
  granted('passkey.honest-second', 'gives a passkey after the password', [303], ['entry to the app'], async (target) => {
    const { person, key } = await newKeyHolder(target);
    const visitor = await withPassword(target, person);
    const { csrf, ...request } = await passkeyOptions(visitor, '/second-factor', 'second-factor');
    const { status } = await visitor.post('/second-factor/passkey', { csrf, answer: key.use(request) });
    return { status, gains: outcomeOf(target, await visitor.opens(target.apps.secondFactor)).gains };
  }),
  flawed('origin', 'answers on a page of another site', () => ({ origin: 'https://evil.test' })),
  flawed('origin-app', 'answers on a page of an app', ({ apps }) => ({ origin: `https://${apps.everybody}` })),
  flawed('origin-plain', 'answers on a page without TLS', ({ portalHost }) => ({ origin: `http://${portalHost}` })),
  flawed('relying-party', 'answers for another site', () => ({ rpId: 'evil.test' })),
  flawed('relying-party-domain', 'answers for the whole domain', ({ domain }) => ({ rpId: domain })),
  flawed('framed', 'answers in a frame of another site', () => ({ crossOrigin: true })),
  flawed('ceremony', 'answers as if a passkey were made', () => ({ type: 'webauthn.create' })),
  flawed('own-challenge', 'answers a challenge of his own', () => ({ challenge: Buffer.alloc(32, 7).toString('base64url') })),
  flawed('other-browser', 'answers the challenge of another browser', async (target) => ({
    challenge: (await passkeyOptions(newVisitor(target), '/passkey/sign-in', 'sign-in')).challenge,
  })),
  flawed('other-purpose', 'answers the challenge of a second factor', async (_, { visitor }) => ({
    challenge: (await passkeyOptions(visitor, '/settings/passkeys', 'enrol')).challenge,
  })),
  flawed('other-person', 'names somebody else as its owner', () => ({ userHandle: Buffer.from('somebody else').toString('base64url') })),
  flawed('nobody', 'names nobody as its owner', () => ({ userHandle: undefined })),
  refused('passkey.unknown', 'signs in with a passkey that was never enrolled', [401], async (target) => {
    return await signIn(target, { key: createAuthenticator(target.portal) });
  }),
  refused('passkey.no-owner', 'signs in with a stolen key that asks for no owner', [401], async (target) =>
    signIn(target, await newKeyHolder(target, false)),
  ),
  refused('passkey.clone', 'signs in with a copy of a key, whose counter stands still', [401], async (target) => {
    const holder = await newKeyHolder(target);
    await signIn(target, holder, { counter: 41 });
    return await signIn(target, holder, { counter: 41 });
  }),
  refused('passkey.replay', 'sends an answer twice', [401], async (target) => {
    const { key } = await newKeyHolder(target);
    const visitor = newVisitor(target);
    const { csrf, ...request } = await passkeyOptions(visitor, '/passkey/sign-in', 'sign-in');
    const answer = key.use(request);
    await visitor.post('/passkey/sign-in', { csrf, answer });
    const again = await visitor.post('/passkey/sign-in', { csrf, answer });
    return outcomeOf(target, again);
  }),
  refused('passkey.race', 'sends an answer ten times at once', [401], async (target) => {
    const { key } = await newKeyHolder(target);
    const visitor = newVisitor(target);
    const { csrf, ...request } = await passkeyOptions(visitor, '/passkey/sign-in', 'sign-in');
    const answer = key.use(request);
    const answers = await Promise.all(Array.from({ length: 10 }, async () => visitor.post('/passkey/sign-in', { csrf, answer })));
    const right = answers.filter(({ status }) => status === 303).length;
    // Those that come after the limit of the address are refused without a look.
    const refusals = answers.map(({ status }) => status).filter((status) => status !== 303 && status !== 429);
    return { status: refusals[0] ?? 0, gains: right === 1 ? [] : [`${right} of 10 were taken`] };
  }),
  refused('passkey.others-key', 'gives his own passkey after another person’s password', [401], async (target) => {
    const [victim, thief] = [await newKeyHolder(target), await newKeyHolder(target)];
    const visitor = await withPassword(target, victim.person);
    const { csrf, ...request } = await passkeyOptions(visitor, '/second-factor', 'second-factor');
    const { status } = await visitor.post('/second-factor/passkey', { csrf, answer: thief.key.use(request) });
    return { status, gains: outcomeOf(target, await visitor.opens(target.apps.secondFactor)).gains };
  }),
  refused('passkey.taken-id', 'enrols a passkey under the id of another person’s', [401], async (target) => {
    const victim = await newKeyHolder(target);
    const visitor = await withPassword(target, await target.newPerson());
    const { csrf, ...request } = await passkeyOptions(visitor, '/settings/passkeys', 'enrol');
    const answer = createAuthenticator(target.portal).create(request, { id: victim.key.id });
    const { status } = await visitor.post('/settings/passkeys', { csrf, name: 'x', answer });
    const still = await signIn(target, victim);
    return { status, gains: still.gains.includes('a session') ? [] : ['the victim’s passkey is gone'] };
  }),
  refused('passkey.remove-other', 'removes the passkey of another person', [302, 303, 401, 403], async (target) => {
    const [victim, thief] = [await newKeyHolder(target), await newKeyHolder(target)];
    const { status } = await thief.visitor.submit('/settings/passkeys', { id: victim.key.id }, { action: '/settings/passkeys/remove' });
    const still = await signIn(target, victim);
    return { status, gains: still.gains.includes('a session') ? [] : ['the victim’s passkey is gone'] };
  }),
  nonsense('deep', 'answers with JSON of two thousand levels', [401], () => '['.repeat(2000) + ']'.repeat(2000)),
  nonsense('long', 'answers with 15 KB of JSON', [401, 403, 413], () => JSON.stringify({ id: 'x'.repeat(15_000) })),
  nonsense('words', 'answers with words', [401], () => 'not JSON at all'),
  nonsense('prototype', 'answers with names of inner things', [401], () => '{"__proto__":{"id":"x"},"constructor":{"prototype":{}}}'),
];
