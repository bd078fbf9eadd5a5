import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import type { SignedIn } from '../sign-in.ts';
import type { Seen } from './answer.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { shutOr } from './judge.ts';
import { leave, withPeople } from './people.ts';
import { tryRoute } from './try-route.ts';

/** What a browser may show in the place of a session that it does not have. */
interface Stale {
  readonly id: string;
  readonly title: string;
  readonly cookie: string;
}

/**
 * A cookie is worth something only as it was given, under its name, and until its person signs out. It is the admin's, who may enter the
 * most; that it opens a route before, and no other thing than signing out came between, is what makes the refusal after it a proof.
 */
export async function tryStaleSessions(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const guarded = routesOf(context.stack).filter((route) => expectedOf(context.stack, route, 'anonymous') === 'sign-in');
  if (guarded.length === 0) return [];
  return withPeople(context, ['admin'], signal, async ({ admin }) => {
    if (admin.kind !== 'in') return [skip({ id: 'access.stale', title: 'A session can be had' }, `nobody could sign in: ${admin.why}`)];
    const before = new Map(
      await Promise.all(
        guarded.map(async (route): Promise<[string, Seen]> => [route.name, await tryRoute(context, route, { person: admin }, signal)]),
      ),
    );
    const forged = await tryAll(context, guarded, forgedCookies(admin), before, signal);
    await leave(admin);
    const ended = { id: 'signed-out', title: 'The cookie of a session that was ended opens nothing at', cookie: admin.cookie };
    return [...forged, ...(await tryAll(context, guarded, [ended], before, signal))];
  });
}

function forgedCookies({ cookie }: SignedIn): readonly Stale[] {
  const [name, value] = [cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)];
  const other = value.startsWith('A') ? 'B' : 'A';
  return [
    { id: 'changed-cookie', title: 'A cookie with one character changed opens nothing at', cookie: `${name}=${other}${value.slice(1)}` },
    { id: 'renamed-cookie', title: 'A session under the name of another cookie opens nothing at', cookie: `session=${value}` },
    { id: 'empty-cookie', title: 'A cookie without a value opens nothing at', cookie: `${name}=` },
  ];
}

async function tryAll(
  context: CheckContext,
  routes: readonly Route[],
  stale: readonly Stale[],
  before: ReadonlyMap<string, Seen>,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  return Promise.all(
    routes.flatMap((route) =>
      stale.map(async ({ id, title, cookie }) => {
        const about = { id: `access.${route.name}.${id}`, title: `${title} ${route.url}` };
        const valid = before.get(route.name);
        if (valid?.is === 'sign-in' || valid?.is === 'silent' || valid?.is === 'unclear') {
          return skip(about, `the session was worth nothing there before either: ${valid.words}`);
        }
        const seen = await tryRoute(context, route, { headers: { cookie } }, signal);
        if (seen.is === 'sign-in') return pass(about, seen.words);
        if (seen.is === 'unclear') return skip(about, seen.words);
        return fail(about, seen.words, shutOr(context, route, seen));
      }),
    ),
  );
}
