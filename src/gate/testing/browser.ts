import type { TestGate } from './gate-fixture.ts';

/** What a browser does between two requests: keeps cookies and reads the hidden field of the form. */
export interface TestBrowser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Opens the form, the one for signing in as it was before any session, then posts it with its token. */
  submit(
    path: '/login' | '/logout',
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Opens a page with a form; what it gives posts the form's hidden fields and others to the form's own address. */
  open(page: string): Promise<(fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>) => Promise<Response>>;
  /** Opens a page with a form and posts it. */
  fillIn(page: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Posts fields as a form of ours would. */
  post(path: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Asks as the edge does about a request of this browser. */
  authorize(host: string, headers?: Readonly<Record<string, string>>, endpoint?: string): Promise<Response>;
}

export function createTestBrowser(gate: Pick<TestGate, 'request'>): TestBrowser {
  const cookies = new Map<string, string>();

  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '));
    const response = await gate.request(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await send(path, { headers: { accept: 'text/html', ...headers } });
  }

  async function open(page: string): ReturnType<TestBrowser['open']> {
    const text = await (await get(page)).text();
    const hidden = Array.from(text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g), ([, name, value]) => [name, value]);
    const [, action = page] = /<form method="post" action="([^"]+)"/.exec(text) ?? [];
    return async (fields, headers = {}) =>
      await send(action, {
        method: 'POST',
        body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
        headers: { origin: 'https://auth.example.org', 'sec-fetch-site': 'same-origin', ...headers },
      });
  }

  return {
    cookies,
    get,
    open,
    async submit(path, fields, headers = {}) {
      const session = cookies.get('authelia_session');
      if (path === '/login') cookies.delete('authelia_session');
      const form = await (await get(path === '/login' ? '/' : path)).text();
      if (session !== undefined) cookies.set('authelia_session', session);
      const csrf = /name="csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
      return await send(path, {
        method: 'POST',
        body: new URLSearchParams({ csrf, ...fields }),
        headers: { origin: 'https://auth.example.org', 'sec-fetch-site': 'same-origin', ...headers },
      });
    },
    async post(path, fields, headers = {}) {
      const own = { origin: 'https://auth.example.org', 'sec-fetch-site': 'same-origin', ...headers };
      return await send(path, { method: 'POST', body: new URLSearchParams(fields), headers: own });
    },
    fillIn: async (page, fields, headers) => await (await open(page))(fields, headers),
    async authorize(host, headers = {}, endpoint = 'forward-auth') {
      return await get(`/api/authz/${endpoint}`, {
        'x-forwarded-method': 'GET',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': host,
        'x-forwarded-uri': '/',
        'x-forwarded-for': '203.0.113.9',
        ...headers,
      });
    },
  };
}
