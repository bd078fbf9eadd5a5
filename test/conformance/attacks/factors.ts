import { setTimeout as sleep } from 'node:timers/promises';
import { TOTP } from 'otpauth';
import { type CreationRequest, createAuthenticator, type UseRequest } from '../../../src/gate/testing/authenticator.ts';
import type { Login, Target } from './attack.ts';
import { csrfOf, newVisitor, type Visitor } from './visitor.ts';
import type { Answer } from './wire.ts';

/** The code of a key, some steps from now; gate takes the one before and the one after too. */
export function codeOf(key: string, steps = 0): string {
  return new TOTP({ secret: key }).generate({ timestamp: Date.now() + steps * 30_000 });
}

/** The code of the step before, which leaves the current one unused. Near the end of a step it waits for the next one, or the code would come too late. */
export async function earlierCode(key: string): Promise<string> {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 8000) await sleep(left);
  return codeOf(key, -1);
}

/** The hidden fields of the form that goes there. */
export function hiddenFields(page: string, action: string): Readonly<Record<string, string>> {
  const form = page.split('<form').find((one) => one.includes(`action="${action}"`)) ?? '';
  const fields = form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries(Array.from(fields, ([, name = '', value = '']): [string, string] => [name, value]));
}

/** The key that a page of setting up shows. */
export function keyOn(page: string): string {
  return (/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? '').replaceAll(' ', '');
}

/** Somebody who has an authenticator app, in a browser where he gave both factors. Its current code is still unused. */
export interface Careful {
  readonly person: Login;
  readonly visitor: Visitor;
  readonly key: string;
  /** The code that set up the app. */
  readonly used: string;
  /** Recovery codes, as the page showed them. */
  readonly recovery: readonly string[];
}

export async function newCareful(target: Target): Promise<Careful> {
  const person = await target.newPerson();
  const visitor = newVisitor(target);
  await visitor.signIn(person);
  const page = (await visitor.get('/settings/totp')).body;
  const key = keyOn(page);
  const used = await earlierCode(key);
  const answer = await visitor.post('/settings/totp', { ...hiddenFields(page, '/settings/totp'), code: used });
  const recovery = Array.from(answer.body.matchAll(/<li><code>([^<]+)<\/code>/g), ([, code = '']) => code);
  if (recovery.length === 0) throw new Error(`no app was set up: ${answer.status} ${answer.headers.location ?? ''}`);
  return { person, visitor, key, used, recovery };
}

/** A new browser in which that person gave his password and nothing else yet. */
export async function withPassword(target: Target, person: Login): Promise<Visitor> {
  const visitor = newVisitor(target);
  await visitor.signIn(person);
  return visitor;
}

export async function giveCode(visitor: Visitor, code: string, way: 'totp' | 'recovery' = 'totp'): Promise<Answer> {
  return await visitor.submit('/second-factor', { code }, { action: `/second-factor/${way}` });
}

/** What the script of a page asks for before it calls the browser. */
export async function passkeyOptions(
  visitor: Visitor,
  page: string,
  purpose: 'sign-in' | 'second-factor' | 'enrol',
): Promise<CreationRequest & UseRequest & { readonly csrf: string }> {
  const csrf = csrfOf((await visitor.get(page)).body) ?? '';
  const answer = await visitor.post('/passkey/options', { csrf, purpose }, { accept: 'application/json' });
  if (answer.status !== 200) throw new Error(`no options for ${purpose}: ${answer.status} ${answer.body.slice(0, 200)}`);
  return { ...(JSON.parse(answer.body) as CreationRequest & UseRequest), csrf };
}

/** Somebody with a passkey, in a browser where he is signed in. */
export interface KeyHolder {
  readonly person: Login;
  readonly visitor: Visitor;
  readonly key: ReturnType<typeof createAuthenticator>;
}

export async function newKeyHolder(target: Target, asksOwner = true): Promise<KeyHolder> {
  const person = await target.newPerson();
  const visitor = await withPassword(target, person);
  const key = createAuthenticator(target.portal, asksOwner);
  const { csrf, ...request } = await passkeyOptions(visitor, '/settings/passkeys', 'enrol');
  const answer = await visitor.post('/settings/passkeys', { csrf, name: 'A key', answer: key.create(request) });
  if (answer.status >= 400) throw new Error(`no passkey was enrolled: ${answer.status}`);
  return { person, visitor, key };
}
