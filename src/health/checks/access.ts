import type { ProbeAccount } from '../../contracts/index.ts';
import { probeAccounts } from '../../contracts/index.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import { notRunning, reasonOf } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp, closeAtOnce, readLog } from '../fixes.ts';
import type { EdgeAnswer } from '../senses/edge.ts';
import type { NotSignedIn, SignedIn } from '../sign-in.ts';
import { signIn } from '../sign-in.ts';

/**
 * Each route through the edge as three people meet it: nobody, who is sent to sign in even if he claims to be somebody; a member, who
 * gets in; and a stranger with an account and no group, who is refused (docs/adr/0006-probe-accounts.md).
 */
export const routesAccess: Check = {
  id: 'access',
  title: 'Who gets in',
  run: async (context, signal) => {
    const routes = context.stack.services.filter(({ host }) => host !== undefined);
    if (routes.length === 0) return [];
    const edge = context.stack.providers['edge']?.name ?? 'edge';
    const down = notRunning(context.units, edge);
    if (down !== undefined) return [skip({ id: 'access.edge', title: 'The edge can be asked' }, down)];
    const member = await enter(context, probeAccounts.member, signal);
    const stranger = await enter(context, probeAccounts.stranger, signal);
    try {
      const results: CheckResult[] = [signInResult('member', member), signInResult('stranger', stranger)];
      for (const route of routes) results.push(...(await accessOf(context, route, { member, stranger }, signal)));
      return results;
    } finally {
      for (const person of [member, stranger]) if (person.kind === 'in') await person.signOut(signal).catch(() => undefined);
    }
  },
};

/** There is nowhere to sign in, or what it takes does not run: nothing is known, and another check says what is wrong. */
interface Nobody {
  readonly kind: 'nobody';
  readonly why: string;
}

type Entered = SignedIn | NotSignedIn | Nobody;

interface People {
  readonly member: Entered;
  readonly stranger: Entered;
}

async function enter(
  { stack, edge, secret, units }: CheckContext,
  { name, password }: ProbeAccount,
  signal: AbortSignal,
): Promise<Entered> {
  const signOn = signOnOf(stack);
  const directory = stack.providers['ldap'];
  if (!signOn?.host || !directory) return { kind: 'nobody', why: 'this cluster has no sign-on server or no directory' };
  const why = notRunning(units, signOn.name) ?? notRunning(units, directory.name);
  if (why !== undefined) return { kind: 'nobody', why };
  const given = secret(password);
  try {
    return await signIn(edge, { host: signOn.host, url: signOn.url }, { name, password: given }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    return { kind: 'out', why: reasonOf(cause) };
  }
}

function signOnOf({ services, providers }: CheckContext['stack']): ResolvedService | undefined {
  return services.find(({ name }) => name === providers['sign-on']?.name);
}

function signInResult(who: 'member' | 'stranger', person: Entered): CheckResult {
  const about = { id: `sign-in.${who}`, title: `A ${who} can sign in` };
  if (person.kind === 'nobody') return skip(about, person.why);
  return person.kind === 'in' ? pass(about, `as ${probeAccounts[who].name}`) : fail(about, person.why, bringUp);
}

async function accessOf(
  context: CheckContext,
  service: ResolvedService,
  { member, stranger }: People,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { name, groups, url } = service;
  if (!groups) return [await openly(context, service, signal)];
  return [
    await anonymously(context, service, signal),
    await asPerson({ id: `route.${name}.member`, title: `A member gets in to ${url}` }, member, (answer) =>
      letIn(context, service, answer),
    ),
    await asPerson({ id: `route.${name}.stranger`, title: `A stranger is refused by ${url}` }, stranger, (answer) => refused(answer)),
  ];

  async function asPerson(about: About, person: Entered, judge: (answer: EdgeAnswer) => Judgement): Promise<CheckResult> {
    if (person.kind !== 'in') return skip(about, `nobody could sign in: ${person.why}`);
    return judged(about, await ask(context, service, { cookie: person.cookie }, signal), judge);
  }
}

interface About {
  readonly id: string;
  readonly title: string;
}

/** How an answer is judged: its words, and whether they are good, bad or say nothing. */
type Judgement =
  | { readonly is: 'good' | 'unknown'; readonly words: string }
  | { readonly is: 'bad'; readonly words: string; readonly fix: string };

function judged(about: About, answer: EdgeAnswer | string, judge: (answer: EdgeAnswer) => Judgement): CheckResult {
  if (typeof answer === 'string') return fail(about, `no answer: ${answer}`, 'see the checks of TLS at the edge');
  const judgement = judge(answer);
  if (judgement.is === 'bad') return fail(about, judgement.words, judgement.fix);
  return (judgement.is === 'good' ? pass : skip)(about, judgement.words);
}

/** The answer, or why there was none. */
async function ask(
  { edge }: CheckContext,
  { host = '' }: ResolvedService,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EdgeAnswer | string> {
  try {
    return await edge.ask({ host, headers }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    return reasonOf(cause);
  }
}

async function anonymously(context: CheckContext, service: ResolvedService, signal: AbortSignal): Promise<CheckResult> {
  const { name, url } = service;
  const about = { id: `route.${name}.anonymous`, title: `Nobody gets in to ${url} without signing in` };
  const claims = { 'remote-user': context.stack.declaration.admin.name, 'remote-groups': (service.groups ?? []).join(',') };
  return judged(about, await ask(context, service, claims, signal), (answer) => {
    const place = destinationOf(context, answer);
    if (place === `${url}/`) return { is: 'good', words: `${answer.status} to the sign-in page, and back to ${place}` };
    const down = notRunning(context.units, signOnOf(context.stack)?.name ?? '');
    if (answer.status >= 500 && down !== undefined) return { is: 'unknown', words: `nobody gets in, because ${down}` };
    if (answer.status < 400 && place === undefined)
      return { is: 'bad', words: `it answers ${answer.status} to who is not signed in`, fix: closeAtOnce(context.stack, name) };
    const words =
      place === undefined
        ? `it answers ${answer.status} instead of the way to the sign-in page`
        : `the sign-in page would lead back to ${place}`;
    return { is: 'bad', words, fix: readLog(signOnOf(context.stack)?.name ?? 'gate') };
  });
}

/** Where the sign-in page would lead back to; undefined where the answer leads to no sign-in page. */
function destinationOf({ stack }: CheckContext, { status, headers }: EdgeAnswer): string | undefined {
  const location = headers['location'] ?? '';
  if (![302, 303].includes(status) || !URL.canParse(location)) return undefined;
  const { origin, searchParams } = new URL(location);
  return origin === stack.providers['sign-on']?.url ? (searchParams.get('rd') ?? '') : undefined;
}

function letIn(context: CheckContext, { name }: ResolvedService, answer: EdgeAnswer): Judgement {
  const state = context.units.find(({ service }) => service === name)?.state;
  const isSent = destinationOf(context, answer) !== undefined;
  if (answer.status < 500 && answer.status !== 401 && answer.status !== 403 && !isSent)
    return { is: 'good', words: `it answers ${answer.status}` };
  if (answer.status >= 500 && state !== 'healthy')
    return { is: 'unknown', words: `it passes sign-on, but ${name} is ${state ?? 'absent'}` };
  return {
    is: 'bad',
    words: isSent ? 'a member is sent to sign in again' : `a member gets ${answer.status}`,
    fix: answer.status >= 500 ? readLog(name) : bringUp,
  };
}

function refused({ status }: EdgeAnswer): Judgement {
  if (status === 403) return { is: 'good', words: 'it answers 403' };
  return { is: 'bad', words: `a stranger gets ${status}`, fix: bringUp };
}

/** Nobody but the app decides here, so all there is to see is that the app answers. */
async function openly(context: CheckContext, service: ResolvedService, signal: AbortSignal): Promise<CheckResult> {
  const { name, url } = service;
  const about = { id: `route.${name}.answer`, title: `${url} answers` };
  const state = context.units.find((unit) => unit.service === name)?.state;
  return judged(about, await ask(context, service, {}, signal), ({ status }) => {
    if (status < 500 && status !== 404) return { is: 'good', words: `it answers ${status}, and decides by itself who gets in` };
    if (status >= 500 && state !== 'healthy') return { is: 'unknown', words: `${name} is ${state ?? 'absent'}` };
    return { is: 'bad', words: `it answers ${status}`, fix: readLog(name) };
  });
}
