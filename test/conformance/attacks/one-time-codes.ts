import { type Attack, granted, refused, type Target } from './attack.ts';
import { type Careful, codeOf, giveCode, hiddenFields, keyOn, newCareful, withPassword } from './factors.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { newVisitor, sessionCookie, type Visitor } from './visitor.ts';
import type { Answer } from './wire.ts';

/** What a visitor reached: the app that asks for a second factor. */
async function reached(target: Target, visitor: Visitor, answer: Answer): Promise<Outcome> {
  const app = await visitor.opens(target.apps.secondFactor);
  return { status: answer.status, gains: outcomeOf(target, app).gains };
}

const refusals = [401, 403, 429];

/** Somebody who knows the password of a careful person and not his code. */
function wrongCode(id: string, tried: string, codeFor: (careful: Careful, target: Target) => Promise<string> | string): Attack {
  return refused(`factor.${id}`, tried, refusals, async (target) => {
    const careful = await newCareful(target);
    const thief = await withPassword(target, careful.person);
    return await reached(target, thief, await giveCode(thief, await codeFor(careful, target)));
  });
}

/** Who knows a password alone must not reach what guards the account. */
function guarded(id: string, tried: string, ask: (visitor: Visitor) => Promise<Answer>): Attack {
  return refused(`factor.${id}`, tried, [302, 303, 401, 403], async (target) => {
    const { person, visitor: owner } = await newCareful(target);
    const thief = await withPassword(target, person);
    const answer = await ask(thief);
    const settings = (await owner.get('/settings')).body;
    const shown = keyOn(answer.body) === '' && !/<li><code>/.test(answer.body) ? [] : ['a secret'];
    return { status: answer.status, gains: [...shown, ...(settings.includes('Is set up') ? [] : ['the owner lost his factor'])] };
  });
}

export const oneTimeCodes: readonly Attack[] = [
  granted('factor.honest', 'gives password and code', [303], ['entry to the app'], async (target) => {
    const { person, key } = await newCareful(target);
    const visitor = await withPassword(target, person);
    return await reached(target, visitor, await giveCode(visitor, codeOf(key)));
  }),
  granted('factor.honest-recovery', 'gives password and recovery code', [303], ['entry to the app'], async (target) => {
    const { person, recovery } = await newCareful(target);
    const visitor = await withPassword(target, person);
    return await reached(target, visitor, await giveCode(visitor, recovery[0] ?? '', 'recovery'));
  }),
  refused('factor.replay', 'gives a code that its owner has given', refusals, async (target) => {
    const { person, key } = await newCareful(target);
    const code = codeOf(key);
    await giveCode(await withPassword(target, person), code);
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, code));
  }),
  wrongCode('replay-enrolment', 'gives the code that set up the app', ({ used }) => used),
  refused('factor.earlier', 'gives an earlier code than the last one', refusals, async (target) => {
    const { person, key } = await newCareful(target);
    await giveCode(await withPassword(target, person), codeOf(key, 1));
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, codeOf(key)));
  }),
  refused('factor.race', 'gives one code twenty times at once', refusals, async (target) => {
    const { person, key } = await newCareful(target);
    const visitors = [];
    for (let index = 0; index < 20; index++) visitors.push(await withPassword(target, person));
    await Promise.all(visitors.map(async (visitor) => visitor.get('/second-factor')));
    const code = codeOf(key);
    const answers = await Promise.all(visitors.map(async (visitor) => giveCode(visitor, code)));
    const right = answers.filter(({ status }) => status === 303).length;
    const last = await withPassword(target, person);
    const outcome = await reached(target, last, await giveCode(last, code));
    return { ...outcome, gains: [...outcome.gains, ...(right === 1 ? [] : [`${right} of 20 were taken`])] };
  }),
  refused('factor.guessing', 'guesses codes until one is right', refusals, async (target) => {
    const { person, key } = await newCareful(target);
    const thief = await withPassword(target, person);
    for (let guess = 0; guess < 8; guess++) await giveCode(thief, String(guess).padStart(6, '0'));
    const again = await withPassword(target, person);
    return await reached(target, again, await giveCode(again, codeOf(key)));
  }),
  refused('factor.guessing-anew', 'signs in anew after each guess', refusals, async (target) => {
    const { person, key } = await newCareful(target);
    for (let guess = 0; guess < 8; guess++) await giveCode(await withPassword(target, person), String(guess).padStart(6, '0'));
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, codeOf(key)));
  }),
  wrongCode('other-person', 'gives the code of somebody else', async (_, target) => codeOf((await newCareful(target)).key)),
  wrongCode('empty', 'gives an empty code', () => ''),
  wrongCode('words', 'gives words', () => '000000 or true'),
  wrongCode('long', 'gives a long code', ({ key }) => codeOf(key).repeat(3)),
  wrongCode('future', 'gives a code of an hour ahead', ({ key }) => codeOf(key, 120)),
  wrongCode('past', 'gives a code of an hour ago', ({ key }) => codeOf(key, -120)),
  refused('factor.no-session', 'gives a code without a password', [303, 403], async (target) => {
    const { key } = await newCareful(target);
    const thief = newVisitor(target);
    const csrf = /name="csrf" value="([^"]+)"/.exec((await thief.get('/')).body)?.[1] ?? '';
    return await reached(target, thief, await thief.post('/second-factor/totp', { csrf, code: codeOf(key) }));
  }),
  refused('factor.fixation', 'keeps the session id from before the second factor', [303], async (target) => {
    const { person, key } = await newCareful(target);
    const visitor = await withPassword(target, person);
    const before = visitor.cookies.get(sessionCookie) ?? '';
    const answer = await giveCode(visitor, codeOf(key));
    const thief = newVisitor(target);
    thief.cookies.set(sessionCookie, before);
    const outcome = await reached(target, thief, answer);
    const inside = (await thief.opens(target.apps.everybody)).status === 200 ? ['the old id still opens apps'] : [];
    return { ...outcome, gains: [...outcome.gains, ...inside] };
  }),
  refused('factor.recovery-twice', 'gives a recovery code twice', refusals, async (target) => {
    const { person, recovery } = await newCareful(target);
    await giveCode(await withPassword(target, person), recovery[0] ?? '', 'recovery');
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, recovery[0] ?? '', 'recovery'));
  }),
  refused('factor.recovery-race', 'gives a recovery code ten times at once', refusals, async (target) => {
    const { person, recovery } = await newCareful(target);
    const visitors = [];
    for (let index = 0; index < 10; index++) visitors.push(await withPassword(target, person));
    const answers = await Promise.all(visitors.map(async (visitor) => giveCode(visitor, recovery[0] ?? '', 'recovery')));
    const right = answers.filter(({ status }) => status === 303).length;
    return { status: answers.find(({ status }) => status !== 303)?.status ?? 0, gains: right === 1 ? [] : [`${right} of 10 were taken`] };
  }),
  refused('factor.recovery-other', 'gives the recovery code of somebody else', refusals, async (target) => {
    const [{ person }, { recovery }] = [await newCareful(target), await newCareful(target)];
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, recovery[0] ?? '', 'recovery'));
  }),
  refused('factor.recovery-old', 'gives a recovery code that was replaced', refusals, async (target) => {
    const { person, recovery, visitor } = await newCareful(target);
    await visitor.submit('/settings/recovery', {});
    const thief = await withPassword(target, person);
    return await reached(target, thief, await giveCode(thief, recovery[0] ?? '', 'recovery'));
  }),
  guarded('new-app', 'sets up an app of his own with a password alone', async (visitor) => visitor.get('/settings/totp')),
  guarded('new-codes', 'makes new recovery codes with a password alone', async (visitor) =>
    visitor.submit('/settings', {}, { action: '/settings/recovery' }),
  ),
  guarded('remove-app', 'removes the app with a password alone', async (visitor) =>
    visitor.submit('/second-factor', {}, { action: '/settings/totp/remove' }),
  ),
  guarded('new-passkey', 'adds a passkey with a password alone', async (visitor) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await visitor.get('/second-factor')).body)?.[1] ?? '';
    return visitor.post('/passkey/options', { csrf, purpose: 'enrol' });
  }),
  refused(
    'factor.new-password',
    'keeps the owner out with a new password, knowing the old one alone',
    [302, 303, 401, 403],
    async (target) => {
      const { person } = await newCareful(target);
      const thief = await withPassword(target, person);
      const fields = { former: person.password, password: 'a password that a thief chose', again: 'a password that a thief chose' };
      const answer = await thief.submit('/second-factor', fields, { action: '/settings/password' });
      const { status } = await newVisitor(target).signIn(person);
      return { status: answer.status, gains: status === 303 ? [] : ['the owner is kept out'] };
    },
  ),
  refused('factor.end-sessions', 'ends the owner’s sessions, knowing the password alone', [302, 303, 401, 403], async (target) => {
    const { person, visitor } = await newCareful(target);
    const thief = await withPassword(target, person);
    const answer = await thief.submit('/second-factor', { end: 'others' }, { action: '/settings/sessions' });
    const { status } = await visitor.opens(target.apps.secondFactor);
    return { status: answer.status, gains: status === 200 ? [] : ['the owner is signed out'] };
  }),
  refused('factor.foreign-key', 'sets up the key that was shown to somebody else', [401, 403], async (target) => {
    const [one, other] = [await withPassword(target, await target.newPerson()), await withPassword(target, await target.newPerson())];
    const page = (await one.get('/settings/totp')).body;
    const { csrf: _csrf, ...sealed } = hiddenFields(page, '/settings/totp');
    const answer = await other.submit('/settings/totp', { ...sealed, code: codeOf(keyOn(page)) });
    return await reached(target, other, answer);
  }),
];
