import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { closeAtOnce, readLog } from '../fixes.ts';
import type { Seen } from './answer.ts';
import type { Route } from './expected.ts';
import { routesOf } from './expected.ts';
import { signOnOf } from './people.ts';
import { tryRoute } from './try-route.ts';

/** Paths that pass unasked do so, and no other spelling of a path reaches past the sign-on server through them. */
export async function tryBypassPaths(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const results = await Promise.all(
    routesOf(context.stack).flatMap((route) =>
      route.access.kind === 'edge' ? route.access.bypass.map(async ({ path }, index) => bypassOf(context, route, path, index, signal)) : [],
    ),
  );
  return results.flat();
}

async function bypassOf(
  context: CheckContext,
  route: Route,
  prefix: string,
  index: number,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const id = `access.${route.name}.bypass-${index + 1}`;
  const inside = { id: `${id}.inside`, title: `${route.url}${prefix} passes without a session` };
  const outside = { id: `${id}.outside`, title: `${route.url}${prefix} opens nothing but what lies below it` };
  const paths = [prefix, `${prefix}/datamancy-probe`];
  const within = await tryPaths(context, route, paths, signal);
  const without = await tryPaths(context, route, pathsBeside(prefix), signal);
  return [judgeInside(context, inside, within), judgeOutside(context, route, outside, without)];
}

interface Tried {
  readonly path: string;
  readonly seen: Seen;
}

async function tryPaths(context: CheckContext, route: Route, paths: readonly string[], signal: AbortSignal): Promise<readonly Tried[]> {
  return Promise.all(paths.map(async (path) => ({ path, seen: await tryRoute(context, route, { path }, signal) })));
}

/** Paths that some program on the way could take for one below the prefix, and the app for another. Each is sent letter for letter. */
function pathsBeside(prefix: string): readonly string[] {
  const own = 'datamancy-probe';
  const swapped = prefix === prefix.toUpperCase() ? prefix.toLowerCase() : prefix.toUpperCase();
  const encoded = `/%${(prefix.codePointAt(1) ?? 0x61).toString(16)}${prefix.slice(2)}`;
  return [
    `${prefix}/../${own}`,
    `${prefix}/./../${own}`,
    `${prefix}/%2e%2e/${own}`,
    `${prefix}/%2E%2E/${own}`,
    `${prefix}/.%2e/${own}`,
    `${prefix}/..%2f${own}`,
    `${prefix}%2f..%2f${own}`,
    `${prefix}/%252e%252e/${own}`,
    `${prefix}/..%5c${own}`,
    `${prefix}/..\\${own}`,
    `${prefix}/..;/${own}`,
    `${prefix}/..;x=1/${own}`,
    `${prefix};/../${own}`,
    `${prefix}//../../${own}`,
    `/${own}/..${prefix}/../${own}`,
    `${encoded}/../${own}`,
    `//${own}`,
    `//${own}${prefix}`,
    `/${own}${prefix}`,
    `${prefix}${own}`,
    `${swapped}/${own}`,
    `/${own}?next=${prefix}/`,
    `/${own}%3f${prefix}/`,
    `/${own}%23${prefix}/`,
  ];
}

interface About {
  readonly id: string;
  readonly title: string;
}

function judgeInside(context: CheckContext, about: About, tried: readonly Tried[]): CheckResult {
  const silent = tried.find(({ seen }) => seen.is === 'silent' || seen.is === 'unclear' || (seen.status ?? 0) >= 500);
  const asked = tried.filter(({ seen }) => seen.is === 'sign-in');
  const fix = readLog(signOnOf(context.stack)?.name ?? 'gate');
  if (asked.length > 0) return fail(about, asked.map(({ path, seen }) => `${path}: ${seen.words}`).join('; '), fix);
  if (silent) return skip(about, `${silent.path}: ${silent.seen.words}`);
  return pass(about, tried.map(({ path, seen: { status = 0 } }) => `${path}: the app answers ${status}`).join('; '));
}

/** Only the way to the sign-in page proves that somebody was asked, or 400 that the path was taken for none; the app itself could answer 401 or 403. */
function judgeOutside(context: CheckContext, route: Route, about: About, tried: readonly Tried[]): CheckResult {
  const open = tried.filter(({ seen }) => seen.is !== 'sign-in' && seen.is !== 'silent' && seen.is !== 'unclear' && seen.status !== 400);
  if (open.length > 0) {
    return fail(about, open.map(({ path, seen }) => `${path}: ${seen.words}`).join('; '), closeAtOnce(context.stack, route.name));
  }
  const silent = tried.find(({ seen }) => seen.is === 'silent' || seen.is === 'unclear');
  if (silent) return skip(about, `${silent.path}: ${silent.seen.words}`);
  return pass(about, `${tried.length} spellings of other paths, each asked to sign in`);
}
