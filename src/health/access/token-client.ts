import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { SignOnClient } from '../../stack/clients.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer } from '../senses/edge.ts';
import { cookieJar } from './cookie-jar.ts';
import { follow } from './follow.ts';

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url(),
  introspection_endpoint: z.url(),
  revocation_endpoint: z.url(),
});

/** Where the sign-on server takes what (https://openid.net/specs/openid-connect-discovery-1_0.html). */
export type Endpoints = z.infer<typeof discoverySchema>;

/** A client in whose name codes are asked for, and the session of the person who does. */
export interface Visit {
  readonly endpoints: Endpoints;
  readonly own: SignOnClient;
  readonly cookie: string;
}

/** Reads the discovery document; throws where there is none that says what it must. */
export async function discover({ edge }: CheckContext, host: string, signal: AbortSignal): Promise<Endpoints> {
  const path = '/.well-known/openid-configuration';
  const { status, body } = await edge.ask({ host, path, headers: { accept: 'application/json' } }, signal);
  if (status !== 200) throw new Error(`${path} answers ${status}`);
  return discoverySchema.parse(JSON.parse(body));
}

/** A code in the hands of whoever held up the browser on its way to the client. */
export interface HeldCode {
  readonly code: string;
  readonly redirect: string;
  readonly verifier: string;
}

/** Asks for a code as this client does, with the session of a person, and never calls the client's callback. A string says why there is none. */
export async function askForCode(
  context: CheckContext,
  endpoints: Endpoints,
  { id, redirects }: SignOnClient,
  cookie: string,
  signal: AbortSignal,
): Promise<HeldCode | string> {
  const [redirect = ''] = redirects;
  const verifier = randomBytes(32).toString('base64url');
  const request = new URL(endpoints.authorization_endpoint);
  request.search = new URLSearchParams({
    client_id: id,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid',
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const led = await follow(context, request, { jar: cookieJar(cookie) }, signal);
  if (led.kind === 'page') return `the sign-on server stops at ${led.path} (${led.answer.status})`;
  const code = led.place.searchParams.get('code');
  return code === null ? `the sign-on server says ${led.place.searchParams.get('error') ?? 'nothing'}` : { code, redirect, verifier };
}

const tokensSchema = z.object({ access_token: z.string(), id_token: z.string() });

export type Tokens = z.infer<typeof tokensSchema>;

/** Redeems a code as this client, whoever the code was made for. */
export async function redeem(
  context: CheckContext,
  { token_endpoint: endpoint }: Endpoints,
  client: SignOnClient,
  { code, redirect, verifier }: HeldCode,
  signal: AbortSignal,
): Promise<{ readonly answer: EdgeAnswer; readonly tokens: Tokens | undefined }> {
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier };
  const answer = await postAs(context, client, endpoint, fields, signal);
  return { answer, tokens: answer.status === 200 ? tokensSchema.parse(JSON.parse(answer.body)) : undefined };
}

/** Posts a form as this client, which proves itself as it was registered (RFC 6749, section 2.3.1). */
export async function postAs(
  { edge, secret }: CheckContext,
  client: SignOnClient,
  endpoint: string,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EdgeAnswer> {
  const { hostname, pathname } = new URL(endpoint);
  const { id, authMethod } = client;
  const password = client.secret ? secret(client.secret) : undefined;
  const isBasic = password !== undefined && authMethod === 'client_secret_basic';
  const own = isBasic ? {} : { client_id: id, ...(password === undefined ? {} : { client_secret: password }) };
  const given = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password ?? '')}`).toString('base64');
  return edge.ask(
    {
      host: hostname,
      path: pathname,
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(isBasic ? { authorization: `Basic ${given}` } : {}),
      },
      body: new URLSearchParams({ ...fields, ...own }).toString(),
    },
    signal,
  );
}
