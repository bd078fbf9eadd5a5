import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp, closeAtOnce, readLog } from '../fixes.ts';
import type { Seen } from './answer.ts';
import type { Outcome, Route } from './expected.ts';
import { signOnOf } from './people.ts';
import type { Role } from './roles.ts';
import { nameOf } from './roles.ts';

/** One field of the matrix: somebody at a route, and what must become of him. */
export interface Cell {
  readonly route: Route;
  readonly role: Role;
  readonly expected: Outcome;
}

/** The id under which the result of a field stands. */
export function cellId(route: string, role: Role): string {
  return `access.${route}.${role}`;
}

/** Compares what must become of a request with what became of it. */
export function judge(context: CheckContext, cell: Cell, seen: Seen): CheckResult {
  const about = { id: cellId(cell.route.name, cell.role), title: titleOf(cell) };
  if (seen.is === 'unclear') return skip(about, seen.words);
  if (seen.is === 'silent') return fail(about, seen.words, 'see the checks of TLS at the edge');
  if (cell.expected === 'app decides') return openly(context, about, cell, seen);
  if (seen.is === cell.expected) return pass(about, seen.words);
  const down = cell.expected === 'enter' ? whyDown(context, cell.route, seen) : undefined;
  return down === undefined ? fail(about, seen.words, fixOf(context, cell, seen)) : skip(about, `it passes sign-on, but ${down}`);
}

function titleOf({ route: { url }, role, expected }: Cell): string {
  const who = nameOf(role);
  switch (expected) {
    case 'sign-in':
      return `${who} is sent to sign in by ${url}`;
    case 'enter':
      return `${who} gets in to ${url}`;
    case 'refuse':
      return `${who} is refused by ${url}`;
    case 'second factor':
      return `${who} must prove a second factor at ${url}`;
    case 'app decides':
      return `${url} answers: ${who.charAt(0).toLowerCase()}${who.slice(1)}`;
    case 'cannot sign in':
      return `${who} cannot sign in for ${url}`;
  }
}

/** Nobody but the app decides here, so all there is to see is that the app answers. */
function openly(context: CheckContext, about: { id: string; title: string }, { route }: Cell, seen: Seen): CheckResult {
  const { status = 0 } = seen;
  if (status < 500 && status !== 404) return pass(about, `it answers ${status}, and decides by itself who gets in`);
  const down = whyDown(context, route, seen);
  return down === undefined ? fail(about, `it answers ${status}`, readLog(route.name)) : skip(about, down);
}

/** Why an error of the edge says nothing about access: the service behind it is not well. */
function whyDown({ units }: CheckContext, { name }: Route, { status = 0 }: Seen): string | undefined {
  const state = units.find(({ service }) => service === name)?.state ?? 'absent';
  return status >= 500 && state !== 'healthy' ? `${name} is ${state}` : undefined;
}

/** Groups and rules are put right by `up`; an open door is shut first; everything else stands in the log of who decided. */
function fixOf(context: CheckContext, { route, expected }: Cell, { is, status = 0 }: Seen): string {
  if (is === 'enter' && expected === 'sign-in') return closeAtOnce(context.stack, route.name);
  if (expected === 'enter' && status >= 500) return readLog(route.name);
  if (is === 'amiss') return readLog(signOnOf(context.stack)?.name ?? 'gate');
  return bringUp;
}

/** What to do where somebody came further than he may: a door that stands open is shut first. */
export function shutOr(context: CheckContext, { name }: Route, { is }: Seen): string {
  return is === 'amiss' ? readLog(signOnOf(context.stack)?.name ?? 'gate') : closeAtOnce(context.stack, name);
}
