import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp } from '../fixes.ts';
import type { Seen } from './answer.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { judge } from './judge.ts';
import type { Entered } from './people.ts';
import { withPeople } from './people.ts';
import type { Person, Role } from './roles.ts';
import { accountOf, nameOf, people, roles } from './roles.ts';
import { tryRoute } from './try-route.ts';

type Everybody = Readonly<Record<Person, Entered>>;

/** Tries every route as everybody, and compares with what the declaration says: first who can sign in, then each field of the matrix. */
export async function tryMatrix(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  return withPeople(context, people, signal, async (everybody) => {
    const cells = routesOf(context.stack).flatMap((route) => roles.map((role) => ({ route, role })));
    const tried = await Promise.all(
      cells.map(async ({ route, role }) => {
        const cell = { route, role, expected: expectedOf(context.stack, route, role) };
        return judge(context, cell, await look(context, route, role, everybody, signal));
      }),
    );
    return [...people.map((person) => signInResult(person, everybody[person])), ...tried];
  });
}

async function look(context: CheckContext, route: Route, role: Role, everybody: Everybody, signal: AbortSignal): Promise<Seen> {
  if (role === 'anonymous') return tryRoute(context, route, {}, signal);
  const entered = everybody[role];
  if (entered.kind === 'in') return tryRoute(context, route, { person: entered }, signal);
  if (role !== 'disabled') return { is: 'unclear', words: `nobody could sign in: ${entered.why}` };
  // Where the app decides by itself, who has no session is nobody to it.
  if (expectedOf(context.stack, route, role) === 'app decides') return tryRoute(context, route, {}, signal);
  const isRefused = entered.kind === 'out' && entered.isRefused;
  return { is: isRefused ? 'cannot sign in' : 'unclear', words: isRefused ? 'the right password is refused' : entered.why };
}

function signInResult(person: Person, entered: Entered): CheckResult {
  const isDisabled = person === 'disabled';
  const about = { id: `sign-in.${person}`, title: `${nameOf(person)} ${isDisabled ? 'cannot' : 'can'} sign in` };
  const { name } = accountOf(person);
  if (entered.kind === 'nobody') return skip(about, entered.why);
  if (entered.kind === 'in') return isDisabled ? fail(about, `${name} has a session`, bringUp) : pass(about, `as ${name}`);
  if (!isDisabled) return fail(about, entered.why, bringUp);
  return entered.isRefused ? pass(about, `the right password of ${name} is refused`) : skip(about, entered.why);
}
