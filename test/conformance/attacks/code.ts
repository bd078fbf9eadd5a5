import { createHash } from 'node:crypto';
import { type Attack, type Client, granted, refused, type Target } from './attack.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { authorize, codeRequest, getCode, placeOf, redeem, signedIn, userinfo } from './relying-party.ts';
import { csrfOf, newVisitor } from './visitor.ts';

type Changes = Parameters<typeof codeRequest>[1];

/** Asks for a code in a way that must not be answered with one; an error may go back to the client. */
function badRequest(
  id: string,
  tried: string,
  changes: (target: Target) => Changes,
  clientOf = ({ clients }: Target) => clients.usual,
): Attack {
  return refused(`code.${id}`, tried, [302, 303, 400], async (target) => {
    const { parameters } = codeRequest(clientOf(target), changes(target));
    return atClient(target, clientOf(target), await authorize(target, await signedIn(target), parameters));
  });
}

/** What an answer of the authorization endpoint brings to the client's address, or to another. */
function atClient(target: Target, client: Client, answer: Awaited<ReturnType<typeof authorize>>): Outcome {
  const place = placeOf(target, answer);
  const given = new URLSearchParams(`${place?.search.slice(1) ?? ''}&${place?.hash.slice(1) ?? ''}`);
  const found = ['code', 'id_token', 'access_token', 'response'].filter(
    (name) => given.has(name) || answer.body.includes(`name="${name}"`),
  );
  const isElsewhere = place && !place.href.startsWith(client.redirect);
  return { status: answer.status, gains: [...found, ...(isElsewhere ? [`a redirect to ${place.href}`] : [])] };
}

/** Redeems an honest code in another way than its owner would. */
function badRedeem(
  id: string,
  tried: string,
  attempt: (target: Target, code: string, verifier: string) => ReturnType<typeof redeem>,
  clientOf = ({ clients }: Target) => clients.usual,
): Attack {
  return refused(`code.${id}`, tried, [400, 401], async (target) => {
    const { code, verifier } = await getCode(target, await signedIn(target), clientOf(target));
    return outcomeOf(target, await attempt(target, code, verifier));
  });
}

export const code: readonly Attack[] = [
  granted('code.honest', 'redeems a code once', [200], ['a token'], async (target) => {
    const { code, verifier } = await getCode(target, await signedIn(target), target.clients.usual);
    return outcomeOf(target, await redeem(target, target.clients.usual, code, verifier));
  }),
  granted('code.honest-native', 'redeems a code as a public client', [200], ['a token'], async (target) => {
    const { code, verifier } = await getCode(target, await signedIn(target), target.clients.native);
    return outcomeOf(target, await redeem(target, target.clients.native, code, verifier));
  }),
  granted('code.no-state', 'sends no state, which PKCE makes up for', [200], ['a token'], async (target) => {
    const { code, verifier, place } = await getCode(target, await signedIn(target), target.clients.usual, { state: undefined });
    const made = place?.searchParams.has('state') ? ['a state from nowhere'] : [];
    return outcomeOf(target, await redeem(target, target.clients.usual, code, verifier), ...made);
  }),
  refused('code.replay', 'redeems a code twice', [400], async (target) => {
    const { code, verifier } = await getCode(target, await signedIn(target), target.clients.usual);
    const first = JSON.parse((await redeem(target, target.clients.usual, code, verifier)).body) as { readonly access_token: string };
    const second = await redeem(target, target.clients.usual, code, verifier);
    const later = await userinfo(target, first.access_token);
    return outcomeOf(target, second, ...(later.status === 200 ? ['the first token outlives the replay'] : []));
  }),
  refused('code.race', 'redeems a code ten times at once', [400], async (target) => {
    const { code, verifier } = await getCode(target, await signedIn(target), target.clients.usual);
    const answers = await Promise.all(Array.from({ length: 10 }, async () => redeem(target, target.clients.usual, code, verifier)));
    const granted = answers.filter(({ status }) => status === 200).length;
    return { status: (await redeem(target, target.clients.usual, code, verifier)).status, gains: granted > 1 ? [`${granted} tokens`] : [] };
  }),
  badRedeem('other-client', 'redeems the code of another client', async (target, code, verifier) =>
    redeem(target, { ...target.clients.other, redirect: target.clients.usual.redirect }, code, verifier),
  ),
  badRedeem('no-secret', 'redeems a code without the client’s secret', async (target, code, verifier) =>
    redeem(target, { id: target.clients.usual.id, redirect: target.clients.usual.redirect }, code, verifier),
  ),
  badRedeem('wrong-secret', 'redeems a code with a wrong secret', async (target, code, verifier) =>
    redeem(target, { ...target.clients.usual, secret: 'not the secret' }, code, verifier),
  ),
  badRedeem('empty-secret', 'redeems a code with an empty secret', async (target, code, verifier) =>
    redeem(target, { ...target.clients.usual, secret: '' }, code, verifier),
  ),
  badRedeem('others-secret', 'redeems a code with the secret of another client', async (target, code, verifier) =>
    redeem(target, { ...target.clients.usual, secret: target.clients.other.secret ?? '' }, code, verifier),
  ),
  badRedeem('other-redirect', 'redeems a code for another address', async (target, code, verifier) =>
    redeem(target, { ...target.clients.usual, redirect: 'https://evil.test/callback' }, code, verifier),
  ),
  badRedeem('no-verifier', 'redeems a code without the verifier', async (target, code) =>
    redeem(target, target.clients.usual, code, undefined),
  ),
  badRedeem('wrong-verifier', 'redeems a code with another verifier', async (target, code, verifier) =>
    redeem(target, target.clients.usual, code, verifier.split('').toReversed().join('')),
  ),
  badRedeem('challenge-as-verifier', 'gives the challenge for the verifier, as with plain', async (target, _, verifier) => {
    const { code } = await getCode(target, await signedIn(target), target.clients.usual);
    return redeem(target, target.clients.usual, code, createHash('sha256').update(verifier).digest('base64url'));
  }),
  badRedeem(
    'native-no-verifier',
    'redeems a stolen code of a public client',
    async (target, code) => redeem(target, target.clients.native, code, undefined),
    ({ clients }) => clients.native,
  ),
  badRedeem('made-up', 'redeems a made-up code', async (target, code, verifier) =>
    redeem(target, target.clients.usual, `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`, verifier),
  ),
  badRequest('no-pkce', 'asks for a code without PKCE', () => ({ code_challenge: undefined, code_challenge_method: undefined })),
  badRequest(
    'no-pkce-native',
    'asks for a code of a public client without PKCE',
    () => ({ code_challenge: undefined, code_challenge_method: undefined }),
    ({ clients }) => clients.native,
  ),
  badRequest('plain', 'asks for PKCE by the plain method', () => ({ code_challenge_method: 'plain' })),
  badRequest('no-method', 'leaves the method of PKCE away, which means plain', () => ({ code_challenge_method: undefined })),
  badRequest('two-challenges', 'sends two challenges', () => ({ code_challenge: ['A'.repeat(43), 'B'.repeat(43)] })),
  badRequest('implicit', 'asks for a token in the address', () => ({ response_type: 'token' })),
  badRequest('implicit-id', 'asks for an ID token in the address', () => ({ response_type: 'id_token' })),
  badRequest('hybrid', 'asks for a code and a token', () => ({ response_type: 'code id_token token' })),
  badRequest('fragment', 'asks for the code in the fragment', () => ({ response_mode: 'fragment' })),
  badRequest('web-message', 'asks for the code as a message between windows', () => ({ response_mode: 'web_message' })),
  badRequest('request-object', 'sends parameters in an unsigned object', ({ clients }) => ({
    request: [{ alg: 'none' }, { client_id: clients.usual.id, redirect_uri: 'https://evil.test/', response_type: 'code' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
      .concat('.'),
  })),
  badRequest('request-uri', 'makes the provider fetch parameters', () => ({ request_uri: 'https://evil.test/request.jwt' })),
  badRequest(
    'scope',
    'asks for a scope that the client may not have',
    () => ({ scope: 'openid offline_access admin authelia.bearer.authz' }),
    ({ clients }) => clients.other,
  ),
  badRequest(
    'strangers',
    'signs in at a client of the administrators',
    () => ({}),
    ({ clients }) => clients.admins,
  ),
  refused('code.second-factor', 'signs in with a password where a second factor is asked for', [200, 302, 303], async (target) => {
    const { secondFactor } = target.clients;
    return atClient(target, secondFactor, await authorize(target, await signedIn(target), codeRequest(secondFactor).parameters));
  }),
  refused('code.no-session', 'asks for a code without being signed in', [200, 302, 303], async (target) => {
    const { usual } = target.clients;
    return atClient(target, usual, await authorize(target, newVisitor(target), codeRequest(usual).parameters));
  }),
  refused('code.no-prompt', 'asks for a code without being signed in, and for no questions', [302, 303], async (target) => {
    const { usual } = target.clients;
    return atClient(target, usual, await authorize(target, newVisitor(target), codeRequest(usual, { prompt: 'none' }).parameters));
  }),
  refused('code.mix-up', 'makes a client take the answer of another provider for ours', [302, 303], async (target) => {
    const { usual } = target.clients;
    const { parameters } = codeRequest(usual);
    const answer = await authorize(target, await signedIn(target), parameters);
    const issuer = placeOf(target, answer)?.searchParams.get('iss');
    return { status: answer.status, gains: issuer === target.portal ? [] : [`the answer names ${issuer ?? 'no'} issuer`] };
  }),
  refused('code.unasked', 'asks for a code without the consent that its client needs', [302, 303], async (target) => {
    const { asking } = target.clients;
    return atClient(target, asking, await authorize(target, await signedIn(target), codeRequest(asking, { prompt: 'none' }).parameters));
  }),
  refused('code.resume', 'makes the victim’s browser go on where his own sign-in stopped', [302, 303, 400, 404], async (target) => {
    const { asking } = target.clients;
    const attacker = await signedIn(target);
    const shown = await authorize(target, attacker, codeRequest(asking).parameters);
    const action = /action="(\/interaction\/[^"]+)"/.exec(shown.body)?.[1] ?? '';
    const allowed = await attacker.post(action, { csrf: csrfOf(shown.body) ?? '', decision: 'allow' });
    const place = placeOf(target, allowed);
    if (!place) throw new Error(`the attacker could not consent: ${allowed.status}`);
    const victim = await signedIn(target);
    return atClient(target, asking, await victim.get(place.pathname + place.search));
  }),
  refused('code.interaction', 'goes on with the interaction of another browser', [302, 303, 400, 403, 404], async (target) => {
    const { usual } = target.clients;
    const victim = newVisitor(target);
    const { parameters } = codeRequest(usual);
    const query = new URLSearchParams(
      Object.entries(parameters).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const first = await victim.get(`/api/oidc/authorization?${query.toString()}`);
    const attacker = await signedIn(target);
    const place = placeOf(target, first);
    const answer = place ? await attacker.get(place.pathname + place.search) : first;
    const next = placeOf(target, answer);
    const followed = next?.origin === target.portal ? await attacker.get(next.pathname + next.search) : answer;
    return atClient(target, usual, followed);
  }),
];
