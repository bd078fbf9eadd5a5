import type { JSONWebKeySet } from 'jose';
import * as openid from 'openid-client';
import type { Client } from '../attacks/attack.ts';
import { authorize, placeOf, signedIn } from '../attacks/relying-party.ts';
import type { Visitor } from '../attacks/visitor.ts';
import type { OpenidTarget } from './target.ts';

/** `fetch` that reaches the target under its public name. */
export function fetchOf({ wire }: OpenidTarget): openid.CustomFetch {
  return async (address, { method, headers, body }) => {
    const { hostname, pathname, search } = new URL(address);
    const text = body === undefined || body === null ? undefined : String(body as string | URLSearchParams);
    const sent = { accept: 'application/json', ...Object.fromEntries(new Headers(headers)) };
    const answer = await wire({
      host: hostname,
      path: pathname + search,
      method,
      headers: sent,
      ...(text === undefined ? {} : { body: text }),
    });
    const received = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    return new Response([204, 303, 304].includes(answer.status) ? null : answer.body, { status: answer.status, headers: received });
  };
}

type Way = 'basic' | 'post' | 'none';

/** A relying party that nobody here wrote. */
export async function discover(target: OpenidTarget, client: Client, way?: Way): Promise<openid.Configuration> {
  const { secret } = client;
  const authentication = { basic: openid.ClientSecretBasic, post: openid.ClientSecretPost, none: () => openid.None() }[
    way ?? (secret === undefined ? 'none' : 'basic')
  ];
  return await openid.discovery(new URL(target.portal), client.id, secret, authentication(secret), {
    [openid.customFetch]: fetchOf(target),
  });
}

/** One authorization, from the request to where the browser was sent. */
export interface Attempt {
  readonly config: openid.Configuration;
  readonly visitor: Visitor;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Where the browser was sent; its query holds the code or the error. */
  readonly back: URL | undefined;
  readonly status: number;
  readonly body: string;
  /** The content security policy of the page it ended on. */
  readonly policy: string;
}

interface Ask {
  readonly visitor?: Visitor;
  readonly way?: Way;
  /** Parameters of the request; undefined leaves one out. */
  readonly changes?: Readonly<Record<string, string | undefined>>;
}

/** Goes through an authorization in a browser in which somebody is signed in already, unless one is given. */
export async function attempt(target: OpenidTarget, client: Client, { visitor, way, changes = {} }: Ask = {}): Promise<Attempt> {
  const config = await discover(target, client, way);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const nonce = openid.randomNonce();
  const browser = visitor ?? (await signedIn(target));
  const answer = await authorize(target, browser, {
    client_id: client.id,
    response_type: 'code',
    redirect_uri: client.redirect,
    scope: 'openid profile email groups',
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...changes,
  });
  return {
    policy: String(answer.headers['content-security-policy'] ?? ''),
    config,
    visitor: browser,
    verifier,
    state,
    nonce,
    back: placeOf(target, answer),
    status: answer.status,
    body: answer.body,
  };
}

/** Redeems the code of an attempt; the library checks state, issuer, nonce, signature and times. */
export async function redeem({ config, back, verifier, state, nonce }: Attempt) {
  if (!back) throw new Error('the browser was sent nowhere');
  return await openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
}

/** The error code of a request that a client made. */
export async function errorOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (cause) {
    if (cause instanceof openid.ResponseBodyError || cause instanceof openid.AuthorizationResponseError) return cause.error;
    if (cause instanceof openid.WWWAuthenticateChallengeError) return cause.cause[0]?.parameters['error'] ?? 'a challenge without a code';
    throw cause;
  }
  return 'none';
}

/** The parameters the browser was sent back with; errors of flows that answer in the fragment stand there. */
export function answerOf({ back }: Attempt): Readonly<Record<string, string>> {
  return Object.fromEntries([...(back?.searchParams ?? []), ...new URLSearchParams(back?.hash.slice(1))]);
}

/** The keys that the provider publishes. */
export async function keysOf(target: OpenidTarget): Promise<JSONWebKeySet> {
  const response = await fetchOf(target)(`${target.portal}/jwks.json`, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });
  return (await response.json()) as JSONWebKeySet;
}
