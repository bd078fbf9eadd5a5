import type { Login, Target } from './attack.ts';
import type { Answer, Exchange } from './wire.ts';

export const sessionCookie = 'authelia_session';

type Fields = Readonly<Record<string, string>>;

/** A browser without a screen: keeps cookies, fills in forms with the field that protects them, and says where a form stood. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  /** Any request to the portal with this browser's cookies. */
  readonly send: (exchange: Partial<Exchange>) => Promise<Answer>;
  readonly get: (path: string, headers?: Exchange['headers']) => Promise<Answer>;
  /** Posts fields as a form of the portal does, without opening it first. */
  readonly post: (path: string, fields: Fields, headers?: Exchange['headers']) => Promise<Answer>;
  /** Opens the page of a form, then posts it with the hidden field found there; fields that are given win. */
  readonly submit: (page: string, fields: Fields, options?: SubmitOptions) => Promise<Answer>;
  readonly signIn: (login: Login, fields?: Fields) => Promise<Answer>;
  /** Asks for a page of an app behind the edge. */
  readonly opens: (host: string, headers?: Exchange['headers'], path?: string) => Promise<Answer>;
}

interface SubmitOptions {
  /** Where the form goes; its own page where absent. */
  readonly action?: string;
  readonly headers?: Exchange['headers'];
}

/** A new browser, at an address of its own where one is given. */
export function newVisitor(target: Target, from?: string): Visitor {
  const cookies = new Map<string, string>();

  async function ask(exchange: Exchange): Promise<Answer> {
    const jar = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(jar === '' ? {} : { cookie: jar }), ...exchange.headers };
    const answer = await target.wire({ ...(from === undefined ? {} : { from }), ...exchange, headers });
    for (const line of answer.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }

  const visitor: Visitor = {
    cookies,
    send: async (exchange) => ask({ host: target.portalHost, ...exchange }),
    get: async (path, headers = {}) => ask({ host: target.portalHost, path, headers }),
    post: async (path, fields, headers = {}) =>
      ask({
        host: target.portalHost,
        path,
        method: 'POST',
        headers: { ...ownForm(target), ...headers },
        body: new URLSearchParams(fields).toString(),
      }),
    submit: async (page, fields, { action = page, headers = {} } = {}) => {
      const csrf = csrfOf((await visitor.get(page)).body);
      return visitor.post(action, { ...(csrf === undefined ? {} : { csrf }), ...fields }, headers);
    },
    signIn: async ({ username, password }, fields = {}) => {
      const planted = cookies.get(sessionCookie);
      cookies.delete(sessionCookie);
      const csrf = csrfOf((await visitor.get('/')).body) ?? '';
      if (planted !== undefined) cookies.set(sessionCookie, planted);
      return visitor.post('/login', { csrf, username, password, ...fields });
    },
    opens: async (host, headers = {}, path = '/') => ask({ host, path, headers }),
  };
  return visitor;
}

/** What a browser says with a form of the portal. */
export function ownForm(target: Target): Readonly<Record<string, string>> {
  return { 'content-type': 'application/x-www-form-urlencoded', origin: target.portal, 'sec-fetch-site': 'same-origin' };
}

/** The field that protects the form of a page. */
export function csrfOf(page: string): string | undefined {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1];
}
