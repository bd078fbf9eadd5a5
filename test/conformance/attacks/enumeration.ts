import { type Attack, type Login, refused, type Target } from './attack.ts';
import { newVisitor } from './visitor.ts';
import type { Answer } from './wire.ts';

const rounds = 15;
/** A difference by chance, as on a busy machine, does not come again and again; one that tells names apart does. */
const measurements = 3;

type Ask = (target: Target, login: Login) => Promise<Answer>;

async function wrongPassword(target: Target, login: Login): Promise<Answer> {
  return await newVisitor(target).signIn({ ...login, password: 'certainly not the password' });
}

/** Everything a stranger can compare, without what differs between any two answers. */
function visible({ status, headers, cookies, body }: Answer, login: Login): unknown {
  const { date: _date, 'content-length': _length, 'set-cookie': _cookies, ...kept } = headers;
  const page = body.replaceAll(login.username, 'NAME').replaceAll(/value="[A-Za-z0-9_-]{43}"/g, 'value="TOKEN"');
  return { status, kept, cookies: cookies.map((line) => line.replace(/=[^;]*/, '=')), page };
}

function words(id: string, tried: string, status: readonly number[], ask: Ask): Attack {
  return refused(`enumeration.${id}`, tried, status, async (target) => {
    const [known, unknown] = [await target.newPerson(), stranger()];
    const [toKnown, toUnknown] = [await ask(target, known), await ask(target, unknown)];
    const [seen, other] = [visible(toKnown, known), visible(toUnknown, unknown)].map((one) =>
      JSON.stringify(one, undefined, 1).split('\n'),
    );
    return { status: toKnown.status, gains: (seen ?? []).filter((line, index) => line !== other?.[index]) };
  });
}

function time(id: string, tried: string, status: readonly number[], ask: Ask): Attack {
  return refused(`enumeration.${id}`, tried, status, async (target) => {
    const known = await target.newPerson();
    const gains: string[] = [];
    let answered = 0;
    while (gains.length < measurements) {
      const { toKnown, toUnknown, last } = await measure(target, known, ask);
      answered = last;
      if (Math.abs(toKnown - toUnknown) <= Math.max(30, 0.25 * Math.min(toKnown, toUnknown))) return { status: answered, gains: [] };
      gains.push(`${Math.round(toKnown)} ms for who is known, ${Math.round(toUnknown)} ms for who is not`);
    }
    return { status: answered, gains };
  });
}

/** Medians: each pair is asked one after the other, so that a busy machine slows both. */
async function measure(
  target: Target,
  known: Login,
  ask: Ask,
): Promise<{ readonly toKnown: number; readonly toUnknown: number; readonly last: number }> {
  const took: { readonly known: number[]; readonly unknown: number[] } = { known: [], unknown: [] };
  let last = 0;
  for (let round = 0; round < rounds; round++) {
    await target.forgive();
    const toKnown = await ask(target, known);
    took.known.push(toKnown.tookMs);
    took.unknown.push((await ask(target, stranger())).tookMs);
    last = toKnown.status;
  }
  return { toKnown: median(took.known), toUnknown: median(took.unknown), last };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A name that nobody has, as long as the names of people are. */
function stranger(): Login {
  return { username: `nobody-${Math.random().toString(36).slice(2, 9)}`, password: 'x' };
}

async function askForReset(target: Target, { username }: Login): Promise<Answer> {
  return await newVisitor(target).submit('/reset-password', { username });
}

/** Guesses until he has to wait. */
async function lockOut(target: Target, login: Login): Promise<Answer> {
  let answer = await wrongPassword(target, login);
  for (let guess = 0; guess < 8 && answer.status === 401; guess++) answer = await wrongPassword(target, login);
  return answer;
}

export const enumeration: readonly Attack[] = [
  words('words', 'compares the answers to a known and an unknown name', [401], wrongPassword),
  time('time', `compares how long ${rounds} answers to a known and to an unknown name take`, [401], wrongPassword),
  words('lock', 'looks whether only known names are locked', [429], lockOut),
  words('reset', 'asks for a new password for a known and an unknown name', [200, 202, 303], askForReset),
  time('reset-time', `compares how long ${rounds} of those answers take`, [200, 202, 303], askForReset),
];
