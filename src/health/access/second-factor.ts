import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeRequest } from '../senses/edge.ts';
import type { SignedIn } from '../sign-in.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { shutOr } from './judge.ts';
import { withPeople } from './people.ts';
import { tryRoute } from './try-route.ts';

interface Way {
  readonly id: string;
  readonly title: string;
  readonly headers: NonNullable<EdgeRequest['headers']>;
}

/** The probes have no second factor, so whoever of them gets in by whatever way got in without one. */
export async function trySecondFactor(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const routes = routesOf(context.stack).filter((route) => expectedOf(context.stack, route, 'admin') === 'second factor');
  if (routes.length === 0) return [];
  const ways: readonly Way[] = [
    { id: 'page', title: 'as a page', headers: {} },
    { id: 'program', title: 'as a program', headers: { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' } },
    { id: 'claimed', title: 'with a claim to have proved it', headers: { 'Remote-AMR': 'pwd,otp', 'X-Second-Factor': 'true', amr: 'otp' } },
  ];
  return withPeople(context, ['admin'], signal, async ({ admin }) =>
    Promise.all(routes.flatMap((route) => ways.map(async (way) => alone(context, route, way, admin, signal)))),
  );
}

async function alone(
  context: CheckContext,
  route: Route,
  { id, title, headers }: Way,
  admin: SignedIn | { readonly kind: 'out' | 'nobody'; readonly why: string },
  signal: AbortSignal,
): Promise<CheckResult> {
  const about = { id: `access.${route.name}.second-factor.${id}`, title: `A password alone does not open ${route.url} ${title}` };
  if (admin.kind !== 'in') return skip(about, `nobody could sign in: ${admin.why}`);
  const seen = await tryRoute(context, route, { person: admin, headers }, signal);
  if (seen.is === 'silent' || seen.is === 'unclear') return skip(about, seen.words);
  if (seen.is === 'second factor' || (id === 'program' && seen.isTurnedAway)) return pass(about, seen.words);
  return fail(about, seen.words, shutOr(context, route, seen));
}
