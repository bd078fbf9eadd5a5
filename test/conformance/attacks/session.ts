import { type Attack, granted, refused, type Target } from './attack.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { newVisitor, sessionCookie, type Visitor } from './visitor.ts';

/** Somebody who signed in, with his cookie. */
async function signedIn(target: Target): Promise<{ readonly visitor: Visitor; readonly id: string }> {
  const visitor = newVisitor(target);
  await visitor.signIn(await target.newPerson());
  return { visitor, id: visitor.cookies.get(sessionCookie) ?? '' };
}

/** Shows an app a session cookie that is no session, made from a true one. */
function guess(id: string, tried: string, change: (id: string) => string): Attack {
  return refused(`session.${id}`, tried, [302], async (target) => {
    const { id: true_ } = await signedIn(target);
    return await show(target, `${sessionCookie}=${change(true_)}`);
  });
}

async function show(target: Target, cookie: string): Promise<Outcome> {
  return outcomeOf(target, await newVisitor(target).opens(target.apps.everybody, { cookie }));
}

/** The line that sets the session cookie must say all of this. */
async function sessionLine(target: Target): Promise<string> {
  const { cookies } = await newVisitor(target).signIn(await target.newPerson());
  return cookies.find((line) => line.startsWith(`${sessionCookie}=`)) ?? '';
}

function scope(id: string, tried: string, holds: (line: string, target: Target) => boolean): Attack {
  return refused(`cookie.${id}`, tried, [200], async (target) => {
    const line = await sessionLine(target);
    return { status: line === '' ? 0 : 200, gains: holds(line, target) ? [] : [line.replace(/=[^;]*/, '=…')] };
  });
}

export const session: readonly Attack[] = [
  granted('session.honest', 'shows the true cookie', [200], ['entry to the app'], async (target) => {
    const { id } = await signedIn(target);
    return await show(target, `${sessionCookie}=${id}`);
  }),
  refused('session.fixation-made-up', 'plants a made-up id before the victim signs in', [302], async (target) => {
    const planted = 'A'.repeat(43);
    const victim = newVisitor(target);
    victim.cookies.set(sessionCookie, planted);
    await victim.signIn(await target.newPerson());
    return await show(target, `${sessionCookie}=${planted}`);
  }),
  refused('session.fixation-own', 'plants his own session before the victim signs in', [302], async (target) => {
    const { id: planted } = await signedIn(target);
    const victim = newVisitor(target);
    victim.cookies.set(sessionCookie, planted);
    await victim.signIn(await target.newPerson());
    const isKept = victim.cookies.get(sessionCookie) === planted;
    const outcome = await show(target, `${sessionCookie}=${planted}`);
    return { ...outcome, gains: [...outcome.gains, ...(isKept ? ['the planted id lives on'] : [])] };
  }),
  refused('session.after-logout', 'keeps a copy of a cookie whose owner signed out', [302], async (target) => {
    const { visitor, id } = await signedIn(target);
    await visitor.submit('/logout', {});
    return await show(target, `${sessionCookie}=${id}`);
  }),
  refused('session.in-address', 'puts the id into the address instead of the cookie', [302], async (target) => {
    const { id } = await signedIn(target);
    return outcomeOf(target, await newVisitor(target).opens(target.apps.everybody, {}, `/?${sessionCookie}=${id}`));
  }),
  refused('session.as-bearer', 'sends the id as a bearer token', [302, 401], async (target) => {
    const { id } = await signedIn(target);
    return outcomeOf(target, await newVisitor(target).opens(target.apps.everybody, { authorization: `Bearer ${id}` }));
  }),
  guess('changed', 'changes one character of an id', (id) => `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`),
  guess('case', 'changes the case of an id', (id) =>
    id.replaceAll(/[a-zA-Z]/g, (one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())),
  ),
  guess('shorter', 'cuts off the end of an id', (id) => id.slice(0, -1)),
  guess('longer', 'adds to an id', (id) => `${id}A`),
  guess('empty', 'sends an empty id', () => ''),
  guess('quoted', 'adds a null to an id', (id) => `${id}%00`),
  guess('wildcard', 'asks for any session', () => '*'),
  guess('path', 'puts an id behind another key of the store', (id) => `../session:${id}`),
  guess('object', 'sends a structure instead of an id', () => '%7B%22%24ne%22%3Anull%7D'),
  scope('secure', 'waits for the cookie to travel over plain http', (line) => /; Secure(;|$)/.test(line)),
  scope('http-only', 'reads the cookie by script', (line) => /; HttpOnly(;|$)/.test(line)),
  scope('same-site', 'makes another site send the cookie along with a form', (line) => /; SameSite=(Lax|Strict)(;|$)/.test(line)),
  scope('domain', 'waits for the cookie at another domain', (line, { domain }) => line.includes(`; Domain=${domain};`)),
  refused('cookie.csrf-scope', 'plants the form cookie from an app of the cluster', [200], async (target) => {
    const { status, cookies } = await newVisitor(target).get('/');
    const lines = cookies.filter(
      (line) => !line.startsWith('__Host-') || !/; Path=\//.test(line) || !/; Secure/.test(line) || /Domain=/.test(line),
    );
    return { status: cookies.length === 0 ? 0 : status, gains: lines.map((line) => line.replace(/=[^;]*/, '=…')) };
  }),
];
