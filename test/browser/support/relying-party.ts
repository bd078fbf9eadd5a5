import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as client from 'openid-client';
import { createWire, type Reach } from '../../conformance/attacks/wire.ts';

/** An application on this machine that signs people in with `openid-client`, and shows what it was told. */
export interface RelyingParty {
  /** The page that begins a sign-in. */
  readonly start: string;
  /** Where the last one who signed in is sent to sign out, and back to `/bye`. */
  readonly signOut: (state: string) => string;
  /** What the last sign-in brought. */
  readonly told: () => Told;
  readonly close: () => Promise<void>;
}

export interface Told {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly userinfo: Readonly<Record<string, unknown>>;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string;
  readonly configuration: client.Configuration;
}

export interface RelyingPartySettings {
  readonly issuer: string;
  readonly reach: Reach;
  readonly port: number;
  readonly id: string;
  /** Absent for a public client. */
  readonly secret?: string;
  readonly scope: string;
}

interface Pending {
  readonly verifier: string;
  readonly nonce: string;
}

/** Discovers the provider and listens; `/` begins a sign-in, `/callback` ends it and shows the claims as JSON. */
export async function startRelyingParty({ issuer, reach, port, id, secret, scope }: RelyingPartySettings): Promise<RelyingParty> {
  const way = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
  const configuration = await client.discovery(new URL(issuer), id, undefined, way, { [client.customFetch]: fetchThrough(reach) });
  const redirect = `http://127.0.0.1:${port}/callback`;
  const pending = new Map<string, Pending>();
  let last: Told | undefined;

  async function begin(): Promise<string> {
    const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
    pending.set(state, { verifier, nonce });
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect,
      scope,
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }).href;
  }

  async function end(url: URL): Promise<Told> {
    const state = url.searchParams.get('state') ?? '';
    const kept = pending.get(state);
    if (!kept || !pending.delete(state)) throw new Error('this sign-in did not begin here');
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: kept.verifier,
      expectedState: state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const claims = { ...tokens.claims() };
    const userinfo = await client.fetchUserInfo(configuration, tokens.access_token, String(claims['sub']));
    const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken = '' } = tokens;
    return { claims, userinfo, accessToken, refreshToken, idToken, configuration };
  }

  function told(): Told {
    if (!last) throw new Error('nobody has signed in yet');
    return last;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    if (url.pathname === '/') response.writeHead(302, { location: await begin() }).end();
    else if (url.pathname === '/callback') {
      last = await end(url);
      const shown = JSON.stringify({ claims: last.claims, userinfo: last.userinfo }, undefined, 1).replaceAll('<', '\\u003c');
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><title>Relying party</title><pre>${shown}</pre>`);
    } else if (url.pathname === '/bye') response.writeHead(200).end(`Goodbye, ${url.searchParams.get('state') ?? 'nobody'}`);
    else response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => response.writeHead(500).end(`refused: ${String(cause)}`));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    start: `http://127.0.0.1:${port}/`,
    signOut: (state) =>
      client.buildEndSessionUrl(configuration, {
        id_token_hint: told().idToken,
        post_logout_redirect_uri: `http://127.0.0.1:${port}/bye`,
        state,
      }).href,
    told,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Names of the cluster lead to this machine, and only its own authority is trusted. */
function fetchThrough(reach: Reach): client.CustomFetch {
  const wire = createWire(reach);
  return async (url, { method, headers, body }) => {
    const { hostname, pathname, search } = new URL(url);
    // The library sends forms and nothing else.
    const text = body instanceof URLSearchParams ? { body: body.toString() } : {};
    const answer = await wire({
      host: hostname,
      path: pathname + search,
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ...text,
    });
    const kept = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    return new Response(answer.body, { status: answer.status, headers: kept });
  };
}
