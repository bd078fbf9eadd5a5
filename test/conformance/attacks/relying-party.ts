import { createHash, randomBytes } from 'node:crypto';
import type { Client, Target } from './attack.ts';
import { newVisitor, type Visitor } from './visitor.ts';
import type { Answer } from './wire.ts';

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

const mostHops = 8;

/** A browser in which a person is signed in at the portal. */
export async function signedIn(target: Target): Promise<Visitor> {
  const visitor = newVisitor(target);
  await visitor.signIn(await target.newPerson());
  return visitor;
}

/** An honest request for a code, and what its maker keeps to himself. */
export interface CodeRequest {
  readonly parameters: Parameters;
  readonly verifier: string;
}

export function codeRequest(client: Client, changes: Parameters = {}): CodeRequest {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirect,
    scope: 'openid profile email groups',
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  return { parameters, verifier };
}

/** Opens the authorization endpoint as a browser does and follows it within the portal; the last answer is the one that leads out or stops. */
export async function authorize(target: Target, visitor: Visitor, parameters: Parameters): Promise<Answer> {
  const query = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
  let answer = await visitor.get(`/api/oidc/authorization?${query.toString()}`);
  for (let hop = 0; hop < mostHops; hop++) {
    const place = placeOf(target, answer);
    if (place?.origin !== target.portal) return answer;
    answer = await visitor.get(place.pathname + place.search);
  }
  return answer;
}

/** Where an answer leads to. */
export function placeOf(target: Target, { headers }: Answer): URL | undefined {
  return headers.location === undefined ? undefined : new URL(headers.location, `${target.portal}/`);
}

/** An honest way to a code; fails where there is none. */
export async function getCode(target: Target, visitor: Visitor, client: Client, changes: Parameters = {}) {
  const { parameters, verifier } = codeRequest(client, changes);
  const answer = await authorize(target, visitor, parameters);
  const code = placeOf(target, answer)?.searchParams.get('code');
  if (!code) throw new Error(`no code came back: ${answer.status} ${answer.headers.location ?? answer.body.slice(0, 300)}`);
  return { code, verifier, place: placeOf(target, answer) };
}

/** Asks an endpoint of the provider as a client does that proves itself by its secret; a public one names itself only. */
export async function asClient(
  target: Target,
  path: string,
  fields: Readonly<Record<string, string>>,
  client: Pick<Client, 'id' | 'secret'> | undefined,
): Promise<Answer> {
  const basic = client?.secret === undefined ? undefined : [client.id, client.secret].map(encodeURIComponent).join(':');
  const named = client && basic === undefined ? { client_id: client.id } : {};
  return await target.wire({
    host: target.portalHost,
    path,
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
    },
    body: new URLSearchParams({ ...named, ...fields }).toString(),
  });
}

export async function redeem(
  target: Target,
  client: Pick<Client, 'id' | 'secret' | 'redirect'>,
  code: string,
  verifier: string | undefined,
): Promise<Answer> {
  const proof = verifier === undefined ? {} : { code_verifier: verifier };
  return await asClient(
    target,
    '/api/oidc/token',
    { grant_type: 'authorization_code', code, redirect_uri: client.redirect, ...proof },
    client,
  );
}

/** The tokens of an honest sign-in. */
export async function getTokens(target: Target, client: Client, changes: Parameters = {}): Promise<Readonly<Record<string, string>>> {
  const { code, verifier } = await getCode(target, await signedIn(target), client, changes);
  const answer = await redeem(target, client, code, verifier);
  if (answer.status !== 200) throw new Error(`no tokens came back: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as Readonly<Record<string, string>>;
}

export async function userinfo(target: Target, token: string): Promise<Answer> {
  return await target.wire({
    host: target.portalHost,
    path: '/api/oidc/userinfo',
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
  });
}
