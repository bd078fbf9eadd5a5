import { createHash, randomBytes } from 'node:crypto';
import { probeAccounts } from '../../contracts/index.ts';
import type { ResolvedStack } from '../../stack/stack.ts';
import type { EdgeAnswer, EdgeRequest } from '../senses/edge.ts';
import { answerOf, secretValue } from './cluster.ts';
import type { Fault } from './faults.ts';

/** Somebody whom the sign-on server knows. */
export interface Known {
  readonly role: string;
  readonly groups: readonly string[];
}

export interface FakeSignOn {
  readonly answer: (request: EdgeRequest) => EdgeAnswer;
  /** Who asks, by his session. */
  readonly personOf: (request: EdgeRequest) => Known | undefined;
  /** Who has this name and this password. */
  readonly withPassword: (name: string, password: string) => Known | undefined;
  readonly redeem: (client: string, fields: URLSearchParams) => { readonly access: string; readonly id: string } | undefined;
  /** Sessions that nobody has ended. */
  readonly openSessions: () => number;
}

const groups: Readonly<Record<string, readonly string[]>> = {
  viewer: ['viewer'],
  operator: ['operator'],
  admin: ['admin'],
  member: ['family'],
  stranger: [],
  disabled: ['admin', 'family', 'operator', 'viewer'],
};

interface Code {
  readonly client: string;
  readonly redirect: string;
  readonly challenge: string;
}

/** A sign-on server in memory: sessions, and the part of OpenID Connect that the checks speak. */
export function fakeSignOn({ clients }: Pick<ResolvedStack, 'clients'>, faults: ReadonlySet<Fault>): FakeSignOn {
  const sessions = new Map<string, Known>();
  const ended = new Map<string, Known>();
  const codes = new Map<string, Code>();
  const tokens = new Map<string, string>();

  function withPassword(name: string, password: string): Known | undefined {
    const role = Object.keys(groups).find((one) => name === `datamancy-probe-${one}`);
    if (role === undefined) return undefined;
    const isRight = password === secretValue(probeAccounts[role as keyof typeof probeAccounts].password);
    const isAlive = role !== 'disabled' || faults.has('a disabled person signs in');
    return isRight && isAlive ? { role, groups: groups[role] ?? [] } : undefined;
  }

  function personOf(request: EdgeRequest): Known | undefined {
    const cookies = new Map(
      headerOf(request, 'cookie')
        .split('; ')
        .map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
    );
    const value = cookies.get('authelia_session') ?? (faults.has('any cookie is taken') ? [...cookies.values()][0] : undefined) ?? '';
    if (faults.has('a changed cookie is taken')) return [...sessions].find(([id]) => id.slice(1) === value.slice(1))?.[1];
    return sessions.get(value) ?? (faults.has('signing out forgets the browser only') ? ended.get(value) : undefined);
  }

  function signIn(form: URLSearchParams): EdgeAnswer {
    const person = withPassword(form.get('username') ?? '', form.get('password') ?? '');
    if (!person || form.get('csrf') !== 'token') return answerOf(401);
    const id = randomBytes(32).toString('base64url');
    sessions.set(id, person);
    return answerOf(303, { cookies: [`authelia_session=${id}`] });
  }

  function signOut(request: EdgeRequest): EdgeAnswer {
    const id = /authelia_session=([^;]+)/.exec(headerOf(request, 'cookie'))?.[1] ?? '';
    const person = sessions.get(id);
    if (person) ended.set(id, person);
    sessions.delete(id);
    return answerOf(303);
  }

  function authorize(request: EdgeRequest, query: URLSearchParams): EdgeAnswer {
    const client = clients.find(({ id }) => id === query.get('client_id'));
    const redirect = query.get('redirect_uri') ?? '';
    if (!client?.redirects.includes(redirect)) return answerOf(400);
    const person = personOf(request);
    if (!person) return answerOf(303, { headers: { location: '/?rd=interaction' } });
    const isRefused = !faults.has('clients ignore groups') && !client.groups?.some((group) => person.groups.includes(group));
    const back = new URL(redirect);
    back.searchParams.set('state', query.get('state') ?? '');
    if (isRefused || faults.has('clients refuse everybody')) back.searchParams.set('error', 'access_denied');
    else if (client.secondFactor) return answerOf(303, { headers: { location: '/second-factor?rd=interaction' } });
    else {
      const code = randomBytes(16).toString('hex');
      codes.set(code, { client: client.id, redirect, challenge: query.get('code_challenge') ?? '' });
      back.searchParams.set('code', code);
    }
    return answerOf(303, { headers: { location: back.href } });
  }

  function redeem(client: string, fields: URLSearchParams): { readonly access: string; readonly id: string } | undefined {
    const given = fields.get('code') ?? '';
    const code = codes.get(given);
    codes.delete(given);
    const challenge = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    const isOwn = code?.client === client && code.challenge === challenge && code.redirect === fields.get('redirect_uri');
    if (!code || !(isOwn || faults.has('codes are for anybody'))) return undefined;
    const access = randomBytes(16).toString('hex');
    tokens.set(access, client);
    const aud = faults.has('an ID token is for everybody') ? clients.map(({ id }) => id) : [client];
    return { access, id: `head.${Buffer.from(JSON.stringify({ aud })).toString('base64url')}.sign` };
  }

  /** The client that proved itself with this request. */
  function clientOf(request: EdgeRequest): string | undefined {
    const [id = '', password] = Buffer.from(headerOf(request, 'authorization').slice('Basic '.length), 'base64').toString().split(':');
    return clients.find((one) => one.id === id && one.secret && secretValue(one.secret) === password)?.id;
  }

  function token(request: EdgeRequest, fields: URLSearchParams): EdgeAnswer {
    const client = clientOf(request);
    if (client === undefined) return answerOf(401, { body: '{"error":"invalid_client"}' });
    const made = redeem(client, fields);
    if (!made) return answerOf(400, { body: '{"error":"invalid_grant"}' });
    return answerOf(200, { body: JSON.stringify({ access_token: made.access, id_token: made.id }) });
  }

  function introspect(request: EdgeRequest, fields: URLSearchParams): EdgeAnswer {
    const owner = tokens.get(fields.get('token') ?? '');
    const active = owner !== undefined && (owner === clientOf(request) || faults.has('introspection tells everybody'));
    return answerOf(200, { body: JSON.stringify({ active }) });
  }

  function userinfo(request: EdgeRequest): EdgeAnswer {
    const given = headerOf(request, 'authorization').slice('Bearer '.length);
    const isToken = tokens.has(given) || (given.startsWith('head.') && faults.has('an ID token is an access token'));
    return answerOf(isToken ? 200 : 401);
  }

  return {
    personOf,
    withPassword,
    redeem,
    openSessions: () => sessions.size,
    answer: (request) => {
      const { pathname, searchParams } = new URL(request.path ?? '/', 'https://auth.example.org');
      const fields = new URLSearchParams(request.body);
      switch (pathname) {
        case '/login':
          return signIn(fields);
        case '/logout':
          return request.method === 'POST' ? signOut(request) : page();
        case '/.well-known/openid-configuration':
          return answerOf(200, { body: JSON.stringify(discovery) });
        case '/api/oidc/authorization':
          return authorize(request, searchParams);
        case '/api/oidc/token':
          return token(request, fields);
        case '/api/oidc/introspection':
          return introspect(request, fields);
        case '/api/oidc/userinfo':
          return userinfo(request);
        case '/api/oidc/revocation':
          tokens.delete(fields.get('token') ?? '');
          return answerOf(200);
        case '/second-factor':
          return answerOf(200);
        default:
          return page();
      }
    },
  };
}

function page(): EdgeAnswer {
  return answerOf(200, { body: '<input type="hidden" name="csrf" value="token"><input type="password">', cookies: ['seed=1'] });
}

const base = 'https://auth.example.org/api/oidc';
const discovery = {
  issuer: 'https://auth.example.org',
  authorization_endpoint: `${base}/authorization`,
  token_endpoint: `${base}/token`,
  userinfo_endpoint: `${base}/userinfo`,
  introspection_endpoint: `${base}/introspection`,
  revocation_endpoint: `${base}/revocation`,
};

/** A header by its name in small letters; of several lines the first. */
export function headerOf({ headers = {} }: EdgeRequest, name: string): string {
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  return typeof value === 'string' ? value : (value[0] ?? '');
}
