import { createHmac } from 'node:crypto';
import { type Attack, granted, type Login, refused, type Target } from './attack.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';
import type { Answer } from './wire.ts';

const lifeMs = 300_000;
const chosen = 'a password that somebody else chose';

const page = '/reset-password/new';

/** Chooses a password by a link, as its form does. */
async function use(target: Target, token: string, password = chosen): Promise<Answer> {
  return await newVisitor(target).submit(
    `${page}?token=${encodeURIComponent(token)}`,
    { token, password, again: password },
    { action: page },
  );
}

/** Whether somebody gets in with the chosen password now. */
async function changed(target: Target, person: Login): Promise<readonly string[]> {
  await target.forgive();
  const { status } = await newVisitor(target).signIn({ ...person, password: chosen });
  return status === 303 ? ['another password'] : [];
}

function useless(id: string, tried: string, tokenOf: (target: Target, person: Login) => Promise<string>): Attack {
  return refused(`link.${id}`, tried, [400, 403, 410], async (target) => {
    const person = await target.newPerson();
    const answer = await use(target, await tokenOf(target, person));
    return outcomeOf(target, answer, ...(await changed(target, person)));
  });
}

/** A token with other words in one of its parts. */
function rewrite(
  token: string,
  part: 0 | 1,
  change: (words: Record<string, unknown>) => Record<string, unknown>,
  signature?: string,
): string {
  const parts = token.split('.');
  const words = JSON.parse(Buffer.from(parts[part] ?? '', 'base64url').toString()) as Record<string, unknown>;
  parts[part] = Buffer.from(JSON.stringify(change(words))).toString('base64url');
  if (signature !== undefined) parts[2] = signature;
  return parts.join('.');
}

export const links: readonly Attack[] = [
  granted('link.honest', 'opens a link that came by mail', [200, 303], ['another password'], async (target) => {
    const person = await target.newPerson();
    const answer = await use(target, await target.linkFor(person, 'reset', lifeMs));
    return outcomeOf(target, answer, ...(await changed(target, person)));
  }),
  refused('link.twice', 'opens a link twice', [410], async (target) => {
    const person = await target.newPerson();
    const token = await target.linkFor(person, 'reset', lifeMs);
    await use(target, token, 'the password that its owner chose');
    const answer = await use(target, token);
    return outcomeOf(target, answer, ...(await changed(target, person)));
  }),
  refused('link.race', 'opens a link ten times at once', [410], async (target) => {
    const person = await target.newPerson();
    const token = await target.linkFor(person, 'reset', lifeMs);
    const answers = await Promise.all(Array.from({ length: 10 }, async (_, index) => use(target, token, `password number ${index}`)));
    const taken = answers.filter(({ status }) => status < 300).length;
    return outcomeOf(target, await use(target, token), ...(taken > 1 ? [`${taken} passwords were set`] : []));
  }),
  useless('expired', 'opens a link that is too old', async (target, person) => target.linkFor(person, 'reset', -1000)),
  useless('other', 'rewrites his link for somebody else', async (target, person) => {
    const own = await target.linkFor(await target.newPerson(), 'reset', lifeMs);
    return rewrite(own, 1, (claims) => ({ ...claims, sub: person.username }));
  }),
  useless('longer', 'makes an old link last longer', async (target, person) => {
    const old = await target.linkFor(person, 'reset', -1000);
    return rewrite(old, 1, (claims) => ({ ...claims, exp: 4_000_000_000 }));
  }),
  useless('unsigned', 'takes the signature away', async (target, person) => {
    return rewrite(await target.linkFor(person, 'reset', lifeMs), 0, (header) => ({ ...header, alg: 'none' }), '');
  }),
  useless('renamed-method', 'names another method', async (target, person) => {
    return rewrite(await target.linkFor(person, 'reset', lifeMs), 0, (header) => ({ ...header, alg: 'RS256' }));
  }),
  useless('no-key', 'signs with an empty key', async (target, person) => {
    const token = await target.linkFor(person, 'reset', lifeMs);
    const signed = token.split('.').slice(0, 2).join('.');
    return `${signed}.${createHmac('sha256', '').update(signed).digest('base64url')}`;
  }),
  useless('purpose', 'uses a link for what it was not made for', async (target, person) => {
    return rewrite(await target.linkFor(person, 'reset', lifeMs), 1, (claims) => ({ ...claims, purpose: 'welcome' }));
  }),
  useless('made-up', 'makes up a link', async () => Promise.resolve('x'.repeat(200))),
  useless('empty', 'opens a link without a text', async () => Promise.resolve('')),
  refused('link.after-change', 'opens a link after its owner has changed the password otherwise', [410], async (target) => {
    const person = await target.newPerson();
    const first = await target.linkFor(person, 'reset', lifeMs);
    await use(target, await target.linkFor(person, 'welcome', lifeMs), 'the password that its owner chose');
    const answer = await use(target, first);
    return outcomeOf(target, answer, ...(await changed(target, person)));
  }),
  refused('link.sessions', 'goes on in an old session after the password was reset', [302], async (target): Promise<Outcome> => {
    const person = await target.newPerson();
    const thief = newVisitor(target);
    await thief.signIn(person);
    await use(target, await target.linkFor(person, 'reset', lifeMs));
    return outcomeOf(target, await thief.opens(target.apps.everybody));
  }),
  refused('link.forged', 'makes the owner’s browser send the form of a link', [403], async (target) => {
    const person = await target.newPerson();
    const token = await target.linkFor(person, 'reset', lifeMs);
    const answer = await newVisitor(target).post(
      page,
      { token, password: chosen, again: chosen, csrf: 'x' },
      { 'sec-fetch-site': 'cross-site' },
    );
    return outcomeOf(target, answer, ...(await changed(target, person)));
  }),
];
