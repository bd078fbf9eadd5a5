import { createHash, randomBytes } from 'node:crypto';
import type { OidcSettings } from '../oidc/settings.ts';
import type { Person } from '../directory.ts';
import { createTestBrowser, type TestBrowser } from './browser.ts';
import { createTestGate, type TestGate } from './gate-fixture.ts';
import { digestOf, newSigningKey, oidcSettings } from './oidc-settings.ts';
import { startGate } from './running-gate.ts';

const portal = 'https://auth.example.org';

/** What every client of these tests shares. */
const common = {
  client_secret: digestOf('secret'),
  authorization_policy: 'one_factor',
  consent_mode: 'implicit',
  require_pkce: true,
  grant_types: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
};

/** A client of the name `<id>.example.net`. */
export function testClient(id: string, changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { ...common, client_id: id, client_name: `App ${id}`, redirect_uris: [callbackOf(id)], ...changes };
}

function callbackOf(id: string): string {
  return `https://${id}.example.net/callback`;
}

/** What came of an authorization: a code, an error, or a page that waits for the person. */
export interface Outcome {
  readonly status: number;
  readonly page: string;
  /** Path of the page. */
  readonly path: string;
  /** Query of the redirect to the client. */
  readonly answer: Readonly<Record<string, string>>;
  readonly verifier: string;
}

/** A gate with an OpenID provider that listens on loopback. */
export interface RunningOidc extends TestGate {
  readonly settings: OidcSettings;
  browser(): TestBrowser;
  authorize(browser: TestBrowser, client: string, changes?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Goes on from a place of the portal until a page or the client. */
  follow(browser: TestBrowser, place: string, verifier?: string): Promise<Outcome>;
  /** Asks an endpoint as a client with its secret. */
  post(
    endpoint: string,
    client: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Tokens for the code of an outcome. */
  redeem(client: string, outcome: Outcome): Promise<Readonly<Record<string, string>>>;
  /** A browser in which this person signed in. */
  signedIn(person: Pick<Person, 'username'> & { readonly password: string }): Promise<TestBrowser>;
  /** Tokens for a sign-in that needs no page. */
  tokensOf(browser: TestBrowser, client: string, changes?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  refresh(token: string | undefined, client: string): Promise<{ readonly status: number; readonly body: Readonly<Record<string, string>> }>;
  userinfo(token: string | undefined, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/** Starts a gate with these clients. */
export async function startOidc(section: Readonly<Record<string, unknown>>): Promise<RunningOidc> {
  const settings = oidcSettings({ jwks: [newSigningKey()], ...section });
  const fixture = createTestGate({ oidc: settings, refreshIntervalMs: 0 });
  const running = await startGate(fixture.gate);

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('x-forwarded-host')) headers.set('x-forwarded-host', new URL(portal).host);
    return await fetch(`http://127.0.0.1:${running.gatePort}${path}`, { ...init, headers, redirect: 'manual' });
  }

  async function follow(browser: TestBrowser, place: string, verifier = ''): Promise<Outcome> {
    let url = new URL(place, portal);
    for (let hop = 0; hop < 10; hop++) {
      const response = await browser.get(url.pathname + url.search);
      const location = response.headers.get('location');
      if (location === null) return { status: response.status, page: await response.text(), path: url.pathname, answer: {}, verifier };
      url = new URL(location, portal);
      if (url.origin !== portal) {
        return { status: response.status, page: '', path: '', answer: Object.fromEntries(url.searchParams), verifier };
      }
    }
    throw new Error(`the browser goes round in circles at ${url.href}`);
  }

  async function post(endpoint: string, client: string, fields: Readonly<Record<string, string>>, headers = {}): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${client}:secret`).toString('base64')}`;
    return await request(`/api/oidc/${endpoint}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { authorization, ...headers },
    });
  }

  const authorize: RunningOidc['authorize'] = async (browser, client, changes = {}) => {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: client,
      response_type: 'code',
      redirect_uri: callbackOf(client),
      scope: 'openid profile email groups',
      state: 'the-state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    return await follow(browser, `/api/oidc/authorization?${query.toString()}`, verifier);
  };

  const redeem: RunningOidc['redeem'] = async (client, { answer, verifier }) => {
    const fields = {
      grant_type: 'authorization_code',
      code: answer['code'] ?? '',
      redirect_uri: callbackOf(client),
      code_verifier: verifier,
    };
    return (await (await post('token', client, fields)).json()) as Readonly<Record<string, string>>;
  };

  return {
    ...fixture,
    request,
    settings,
    follow,
    post,
    browser: () => createTestBrowser({ request }),
    authorize,
    redeem,
    async signedIn({ username, password }) {
      const browser = createTestBrowser({ request });
      await browser.submit('/login', { username, password });
      return browser;
    },
    tokensOf: async (browser, client, changes) => await redeem(client, await authorize(browser, client, changes)),
    async refresh(token, client) {
      const response = await post('token', client, { grant_type: 'refresh_token', refresh_token: token ?? '' });
      return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
    },
    userinfo: async (token, headers = {}) =>
      await request('/api/oidc/userinfo', { headers: { authorization: `Bearer ${token ?? ''}`, ...headers } }),
    close: async () => await running.close(),
  };
}
