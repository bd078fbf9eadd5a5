import { type Attack, granted, refused } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';

const guesses = 1000;
const atOnce = 20;

/** More guesses than any setting admits. */
const enough = 8;

/** One of many addresses of this machine. */
function addressOf(index: number): string {
  return `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

export const guessing: readonly Attack[] = [
  granted('guessing.honest', 'mistypes once, then gives the password', [303], ['a session'], async (target) => {
    const person = await target.newPerson();
    await newVisitor(target).signIn({ ...person, password: 'mistyped' });
    return outcomeOf(target, await newVisitor(target).signIn(person));
  }),
  refused('guessing.locked', 'guesses right after too many wrong guesses', [429], async (target) => {
    const person = await target.newPerson();
    for (let guess = 0; guess < enough; guess++) await newVisitor(target).signIn({ ...person, password: `guess ${guess}` });
    return outcomeOf(target, await newVisitor(target, addressOf(1)).signIn(person));
  }),
  refused('guessing.spellings', 'writes the name anew for each guess', [429], async (target) => {
    const person = await target.newPerson();
    const { username } = person;
    const wide = Array.from(username, (one) => (/[a-z]/.test(one) ? String.fromCodePoint(one.charCodeAt(0) + 0xfee0) : one)).join('');
    const spellings = [username, username.toUpperCase(), ` ${username}`, `${username} `, wide, `\u00a0${username}`];
    for (const spelling of spellings) await newVisitor(target).signIn({ username: spelling, password: 'a guess' });
    return outcomeOf(target, await newVisitor(target).signIn(person));
  }),
  refused('guessing.at-once', 'makes a hundred guesses at once', [429], async (target) => {
    const person = await target.newPerson();
    const tries = Array.from({ length: 100 }, async (_, index) =>
      newVisitor(target, addressOf(index)).signIn({ ...person, password: `guess ${index}` }),
    );
    const looked = (await Promise.all(tries)).filter(({ status }) => status === 401).length;
    const last = await newVisitor(target).signIn(person);
    return outcomeOf(target, last, ...(looked > 5 ? [`${looked} guesses were looked at`] : []));
  }),
  refused('guessing.one-address', 'tries one password on many names from one address', [429], async (target) => {
    const person = await target.newPerson();
    for (let done = 0; done < 60; done += atOnce) {
      const tries = Array.from({ length: atOnce }, async (_, index) =>
        newVisitor(target, '127.0.9.9').signIn({ username: `nobody-${done + index}`, password: 'summer' }),
      );
      await Promise.all(tries);
    }
    return outcomeOf(target, await newVisitor(target, '127.0.9.9').signIn(person));
  }),
  refused('guessing.own-success', 'signs in himself between guesses, so that they are forgotten', [429], async (target) => {
    const [attacker, victim] = [await target.newPerson(), await target.newPerson()];
    for (let guess = 0; guess < enough; guess++) {
      await newVisitor(target).signIn({ ...victim, password: `guess ${guess}` });
      await newVisitor(target).signIn(attacker);
    }
    return outcomeOf(target, await newVisitor(target).signIn(victim));
  }),
  granted(
    'guessing.known-device',
    'signs in where he signed in before, while others guess at his name',
    [303],
    ['a session'],
    async (target) => {
      const person = await target.newPerson();
      const owner = newVisitor(target);
      await owner.signIn(person);
      await owner.submit('/logout', {});
      for (let guess = 0; guess < enough; guess++) await newVisitor(target).signIn({ ...person, password: `guess ${guess}` });
      return outcomeOf(target, await owner.signIn(person));
    },
  ),
  refused('guessing.own-device', 'guesses from the device of somebody else', [429], async (target) => {
    const person = await target.newPerson();
    const attacker = newVisitor(target);
    await attacker.signIn(await target.newPerson());
    await attacker.submit('/logout', {});
    for (let guess = 0; guess < enough; guess++) await attacker.signIn({ ...person, password: `guess ${guess}` });
    return outcomeOf(target, await attacker.signIn(person));
  }),
  refused('guessing.stolen-device', 'guesses from the stolen device of the owner', [429], async (target) => {
    const person = await target.newPerson();
    const thief = newVisitor(target);
    await thief.signIn(person);
    await thief.submit('/logout', {});
    for (let guess = 0; guess < enough; guess++) await thief.signIn({ ...person, password: `guess ${guess}` });
    return outcomeOf(target, await thief.signIn(person));
  }),
  refused('guessing.thousand', `makes ${guesses} wrong guesses at one person from many addresses`, [429], async (target) => {
    const person = await target.newPerson();
    const owner = newVisitor(target);
    await owner.signIn(person);
    const statuses = new Set<number>();
    for (let done = 0; done < guesses; done += atOnce) {
      const tries = Array.from({ length: atOnce }, async (_, index) =>
        newVisitor(target, addressOf(done + index)).signIn({ ...person, password: `guess ${done + index}` }),
      );
      for (const { status } of await Promise.all(tries)) statuses.add(status);
    }
    const inside = await owner.opens(target.apps.everybody);
    const back = await owner.signIn(person);
    const harm = [
      ...(inside.status === 200 ? [] : [`the owner's open session answers ${inside.status}`]),
      ...(back.status === 303 ? [] : [`the owner's own device answers ${back.status}`]),
    ];
    const odd = [...statuses].filter((status) => status !== 401 && status !== 429).map((status) => `a guess was answered ${status}`);
    return outcomeOf(target, await newVisitor(target, '127.0.9.8').signIn(person), ...harm, ...odd);
  }),
];
