import { createHash, randomBytes } from 'node:crypto';
import type { OidcGrant } from '../../contracts/index.ts';
import type { ResolvedAccess, ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import type { EdgeAnswer, EdgeClient, EdgeRequest } from '../senses/edge.ts';
import { answerOf } from './cluster.ts';
import type { FakeSignOn, Known } from './fake-sign-on.ts';
import { fakeSignOn, headerOf } from './fake-sign-on.ts';
import type { Fault } from './faults.ts';

export interface FakeEdge extends Pick<EdgeClient, 'ask'> {
  readonly openSessions: () => number;
}

/** An edge with a sign-on server and apps behind it, in memory. It does as the stack says, but for its faults. */
export function fakeEdge(stack: ResolvedStack, wrong: readonly Fault[] = []): FakeEdge {
  const faults = new Set(wrong);
  const signOn = fakeSignOn(stack, faults);
  const apps = new Map(stack.services.map((service) => [service.name, fakeApp(stack, service, signOn, faults)]));

  function serve(request: EdgeRequest): EdgeAnswer {
    const name = (request.hostHeader ?? request.host).toLowerCase().replace(/\.$/, '');
    const sni = request.sni ?? request.host;
    const isKnown = (host: string): boolean => stack.services.some((service) => service.host === host);
    if (!isKnown(sni) && !faults.has('unknown hosts are served')) throw new Error('tlsv1 alert internal error');
    const host = faults.has('hosts are served by SNI') && isKnown(sni) ? sni : name;
    const service = stack.services.find((one) => one.host === host);
    if (!service) return answerOf(faults.has('unknown hosts are served') ? 200 : 404);
    if (service.name === stack.providers['sign-on']?.name) return signOn.answer(request);
    const { access } = service;
    if (access?.kind === 'edge') return forwardAuth(stack, service, access, request, signOn, faults);
    return apps.get(service.name)?.(request) ?? answerOf(200);
  }

  return {
    ask: async (request) => {
      await new Promise((resolve) => setImmediate(resolve));
      return serve(request);
    },
    openSessions: signOn.openSessions,
  };
}

function forwardAuth(
  stack: ResolvedStack,
  { host = '' }: ResolvedService,
  access: Extract<ResolvedAccess, { kind: 'edge' }>,
  request: EdgeRequest,
  signOn: FakeSignOn,
  faults: ReadonlySet<Fault>,
): EdgeAnswer {
  const isApp = (name: string): boolean => host === `${name}.example.org`;
  if (faults.has('an app is open') && isApp('docs')) return answerOf(200);
  if (isTrusted(request, faults) || isPassing(access, request.path ?? '/', faults)) return answerOf(200);
  const authorization = headerOf(request, 'authorization');
  if (faults.has('any bearer enters') && authorization.startsWith('Bearer ')) return answerOf(200);
  const isBasic = authorization.startsWith('Basic ') && (access.basic || faults.has('Basic is taken everywhere'));
  const person = isBasic ? withBasic(authorization, signOn, faults) : signOn.personOf(request);
  if (!person) return ask('/', host);
  const isMember = person.groups.some((group) => access.groups.includes(group));
  const isLoose = faults.has('groups are ignored') || (isBasic && faults.has('Basic ignores groups'));
  if (faults.has('everybody is refused') || (!isMember && !isLoose)) return answerOf(403);
  if (access.secondFactor && !faults.has('the second factor is skipped')) return ask('/second-factor', host);
  return answerOf(200);

  function ask(path: string, wanted: string): EdgeAnswer {
    const back = faults.has('the sign-in page leads elsewhere') ? 'https://evil.example/' : `https://${wanted}${request.path ?? '/'}`;
    const status = headerOf(request, 'accept') === 'application/json' ? 401 : 302;
    return answerOf(status, { headers: { location: `${stack.providers['sign-on']?.url ?? ''}${path}?rd=${encodeURIComponent(back)}` } });
  }
}

function isTrusted(request: EdgeRequest, faults: ReadonlySet<Fault>): boolean {
  const remote = Object.entries(request.headers ?? {}).find(([name]) => name === 'Remote-User')?.[1] ?? '';
  return (
    (faults.has('Remote-User is trusted') && headerOf(request, 'remote-user') === 'ada') ||
    (faults.has('remote_user is trusted') && headerOf(request, 'remote_user') === 'ada') ||
    (faults.has('the last Remote-User is trusted') && typeof remote !== 'string') ||
    (faults.has('X-Forwarded-Host is trusted') && headerOf(request, 'x-forwarded-host') === 'auth.example.org')
  );
}

function withBasic(authorization: string, signOn: FakeSignOn, faults: ReadonlySet<Fault>): Known | undefined {
  const [name = '', password = ''] = Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':');
  if (faults.has('Basic ignores passwords') && !name.endsWith('disabled')) return { role: name, groups: ['viewer'] };
  if (faults.has('Basic lets disabled people in') && name.endsWith('disabled')) return { role: name, groups: ['viewer'] };
  return signOn.withPassword(name, password);
}

function isPassing({ bypass }: Extract<ResolvedAccess, { kind: 'edge' }>, path: string, faults: ReadonlySet<Fault>): boolean {
  if (bypass.length === 0 || faults.has('bypass asks')) return false;
  if (faults.has('bypass is the whole app')) return true;
  const raw = path.split('?')[0] ?? '';
  const clean = new URL(decodeURIComponent(raw).replaceAll(/\/+/g, '/'), 'https://x').pathname;
  const [judged, isOdd] = faults.has('bypass is matched before dots are resolved')
    ? [raw, false]
    : [clean, /[;%\\]/.test(decodeURIComponent(raw))];
  if (isOdd && !faults.has('bypass takes semicolons')) return false;
  return bypass.some(({ path: prefix }) => {
    const one = faults.has('bypass knows no case') ? judged.toLowerCase() : judged;
    return one === prefix || one.startsWith(faults.has('bypass has no end') ? prefix : `${prefix}/`);
  });
}

/** An app with a sign-in of its own; undefined for any other. */
function fakeApp(
  stack: ResolvedStack,
  { name, url, grants, access }: ResolvedService,
  signOn: FakeSignOn,
  faults: ReadonlySet<Fault>,
): ((request: EdgeRequest) => EdgeAnswer) | undefined {
  if (access?.kind !== 'login') return undefined;
  const grant = grants.find(({ kind }) => kind === 'oidc')?.grant as OidcGrant;
  const verifiers = new Map<string, string>();
  return (request) => {
    const { pathname, searchParams } = new URL(request.path ?? '/', url);
    if (pathname === access.start) return start();
    if (pathname !== '/callback') return answerOf(200);
    const state = searchParams.get('state') ?? '';
    const fields = new URLSearchParams({
      code: searchParams.get('code') ?? '',
      redirect_uri: `${url}/callback`,
      code_verifier: verifiers.get(state) ?? '',
    });
    const isOwn = headerOf(request, 'cookie') === `state=${state}` && verifiers.has(state) && signOn.redeem(name, fields) !== undefined;
    const isTaken = (isOwn && !faults.has('the app does not take its code')) || faults.has('the app takes any code');
    return answerOf(302, { headers: { location: '/' }, cookies: isTaken ? ['own=1'] : [] });
  };

  function start(): EdgeAnswer {
    const state = randomBytes(8).toString('hex');
    const verifier = randomBytes(32).toString('base64url');
    verifiers.set(state, verifier);
    const query = new URLSearchParams({
      client_id: stack.clients.find((client) => client.name === name)?.id ?? '',
      redirect_uri: faults.has('the app names another callback') ? `${url}/elsewhere` : `${url}/callback`,
      response_type: 'code',
      scope: 'openid',
      state,
      ...(faults.has('the app asks without PKCE')
        ? {}
        : { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' }),
    });
    return answerOf(302, { headers: { location: `${grant.authorizeUrl}?${query.toString()}` }, cookies: [`state=${state}`] });
  }
}
