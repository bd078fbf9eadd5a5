import { type Attack, granted, type Login, refused, type Target } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';
import type { Answer } from './wire.ts';

function header(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

async function ask(target: Target, host: string, authorization: string, from?: string): Promise<Answer> {
  return await newVisitor(target, from).opens(host, { authorization, accept: '*/*' });
}

function wrong(id: string, tried: string, textOf: (login: Login) => string): Attack {
  return refused(`basic.${id}`, tried, [302, 401], async (target) => {
    const authorization = header(textOf(await target.newPerson()));
    return outcomeOf(target, await ask(target, target.apps.basic, authorization));
  });
}

export const basic: readonly Attack[] = [
  granted('basic.honest', 'sends name and password to an app that takes them', [200], ['entry to the app'], async (target) => {
    const { username, password } = await target.newPerson();
    return outcomeOf(target, await ask(target, target.apps.basic, header(`${username}:${password}`)));
  }),
  refused('basic.seen', 'reads the password of his visitors in the app', [200], async (target) => {
    const { username, password } = await target.newPerson();
    const { status, body } = await ask(target, target.apps.basic, header(`${username}:${password}`));
    const isSeen = /"authorization"/i.test(body) || body.includes(header(`${username}:${password}`).slice(6));
    return { status, gains: isSeen ? ['the password'] : [] };
  }),
  refused('basic.other-app', 'sends name and password to an app that takes none', [302, 401], async (target) => {
    const { username, password } = await target.newPerson();
    return outcomeOf(target, await ask(target, target.apps.everybody, header(`${username}:${password}`)));
  }),
  refused('basic.second-factor', 'sends name and password where a second factor is asked for', [302, 401, 403], async (target) => {
    const { username, password } = await target.newPerson();
    return outcomeOf(target, await ask(target, target.apps.secondFactor, header(`${username}:${password}`)));
  }),
  refused('basic.portal', 'sends name and password to the portal', [200], async (target) => {
    const { username, password } = await target.newPerson();
    const answer = await newVisitor(target).get('/settings/sessions', { authorization: header(`${username}:${password}`) });
    const home = await newVisitor(target).get('/', { authorization: header(`${username}:${password}`) });
    const isIn = answer.status === 200 || home.body.includes('Sign out');
    return outcomeOf(target, home, ...(isIn ? ['pages of the person'] : []));
  }),
  wrong('wrong', 'sends a wrong password', ({ username }) => `${username}:wrong`),
  wrong('empty', 'sends an empty password', ({ username }) => `${username}:`),
  wrong('no-colon', 'sends a name alone', ({ username }) => username),
  wrong('filter', 'sends a filter for the name', ({ password }) => `*:${password}`),
  wrong('null', 'hides a null', ({ username, password }) => `${username}\u0000:${password}`),
  refused('basic.no-base64', 'sends what is no base64', [302, 400, 401], async (target) =>
    outcomeOf(target, await ask(target, target.apps.basic, 'Basic %%%')),
  ),
  refused('basic.guessing', 'guesses by a hundred requests', [401, 302, 429], async (target) => {
    const person = await target.newPerson();
    for (let guess = 0; guess < 20; guess++) {
      const tries = Array.from({ length: 5 }, async (_, index) =>
        ask(target, target.apps.basic, header(`${person.username}:guess ${guess}-${index}`), `127.0.8.${1 + guess}`),
      );
      await Promise.all(tries);
    }
    const right = header(`${person.username}:${person.password}`);
    return outcomeOf(target, await ask(target, target.apps.basic, right));
  }),
  refused('basic.session', 'gets a session by name and password', [200], async (target) => {
    const { username, password } = await target.newPerson();
    const visitor = newVisitor(target);
    const answer = await visitor.opens(target.apps.basic, { authorization: header(`${username}:${password}`), accept: '*/*' });
    const later = await visitor.opens(target.apps.basic);
    return { status: answer.status, gains: later.status === 200 || visitor.cookies.size > 0 ? ['a session'] : [] };
  }),
];
