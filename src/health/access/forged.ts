import { groupsOf } from '../../stack/access.ts';
import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { closeAtOnce } from '../fixes.ts';
import type { EdgeRequest } from '../senses/edge.ts';
import type { Seen } from './answer.ts';
import type { Route } from './expected.ts';
import { routesOf } from './expected.ts';
import { cellId } from './judge.ts';
import { withPeople } from './people.ts';
import { nameOf } from './roles.ts';
import type { Attempt } from './try-route.ts';
import { tryRoute } from './try-route.ts';

type Headers = NonNullable<EdgeRequest['headers']>;

const claimants = ['anonymous', 'viewer', 'stranger'] as const;

/** Who claims in a header to be somebody else, in whatever spelling, is treated as if he had claimed nothing. */
export async function tryForgedHeaders(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  return withPeople(context, ['viewer', 'stranger'], signal, async (entered) =>
    Promise.all(
      routesOf(context.stack).flatMap((route) =>
        claimants.map(async (role) => {
          const about = {
            id: `${cellId(route.name, role)}.forged`,
            title: `${nameOf(role)} gains nothing at ${route.url} by headers of his own`,
          };
          if (role === 'anonymous') return compare(context, about, route, {}, signal);
          const person = entered[role];
          if (person.kind !== 'in') return skip(about, `nobody could sign in: ${person.why}`);
          return compare(context, about, route, { person }, signal);
        }),
      ),
    ),
  );
}

interface About {
  readonly id: string;
  readonly title: string;
}

async function compare(context: CheckContext, about: About, route: Route, attempt: Attempt, signal: AbortSignal): Promise<CheckResult> {
  const plain = await tryRoute(context, route, attempt, signal);
  if (plain.is === 'silent' || plain.is === 'unclear') return skip(about, `there is nothing to compare with: ${plain.words}`);
  const tricks = Object.entries(forgeries(context, route));
  const tried = await Promise.all(
    tricks.map(async ([trick, headers]) => ({ trick, seen: await tryRoute(context, route, { ...attempt, headers }, signal) })),
  );
  const silent = tried.find(({ seen }) => seen.is === 'silent' || seen.is === 'unclear');
  const moved = tried.filter(({ seen }) => seen !== silent?.seen && !isSame(seen, plain));
  if (moved.length > 0) {
    const words = moved.map(({ trick, seen }) => `with ${trick} ${seen.words}`).join('; ');
    return fail(about, `${words}; without: ${plain.words}`, closeAtOnce(context.stack, route.name));
  }
  if (silent) return skip(about, `with ${silent.trick} ${silent.seen.words}`);
  return pass(about, `${tricks.length} forgeries, each as without: ${plain.words}`);
}

function isSame(one: Seen, other: Seen): boolean {
  return one.is === other.is && one.status === other.status && one.words === other.words;
}

const spellings: readonly ((word: string) => string)[] = [
  (word) => `Remote-${word}`,
  (word) => `REMOTE-${word.toUpperCase()}`,
  (word) => `remote_${word.toLowerCase()}`,
  (word) => `Remote_${word}`,
  (word) => `HTTP_REMOTE_${word.toUpperCase()}`,
  (word) => `X-Remote-${word}`,
  (word) => `X-Forwarded-${word}`,
];

/** Each way of claiming to be the owner of the cluster, or to ask for another place than one does, by its name in a sentence. */
function forgeries({ stack }: CheckContext, route: Route): Readonly<Record<string, Headers>> {
  const { name, email } = stack.declaration.admin;
  const claims = { User: name, Groups: [...new Set([...groupsOf(route), 'admin'])].join(','), Name: name, Email: email };
  const spelled = spellings.map((spell): [string, Headers] => [
    `${spell('User')} and its kind`,
    Object.fromEntries(Object.entries(claims).map(([word, value]) => [spell(word), value])),
  ]);
  const own = route.access.kind === 'edge' ? route.access.identity : {};
  const signOn = new URL(stack.providers['sign-on']?.url ?? route.url);
  return {
    ...Object.fromEntries(spelled),
    ...(Object.keys(own).length === 0
      ? {}
      : { 'the names that the app reads': Object.fromEntries(Object.values(own).map((header) => [header, name])) }),
    'Remote-User twice': { 'Remote-User': [name, 'nobody'], 'Remote-Groups': ['admin', 'viewer'] },
    'a Connection header that names what the edge sets': {
      connection: 'close, Remote-User, Remote-Groups, X-Forwarded-Host, X-Forwarded-Uri, X-Forwarded-Method',
      'Remote-User': name,
    },
    'X-Forwarded headers of the sign-in page': {
      'X-Forwarded-Host': signOn.host,
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Uri': '/api/health',
      'X-Forwarded-Method': 'OPTIONS',
      'X-Forwarded-For': '127.0.0.1',
      Forwarded: `for=127.0.0.1;host=${signOn.host};proto=https`,
    },
    'X-Original and X-Rewrite headers': {
      'X-Original-URL': `${signOn.origin}/`,
      'X-Original-Method': 'OPTIONS',
      'X-Rewrite-URL': '/api/health',
      'X-HTTP-Method-Override': 'OPTIONS',
      'X-Real-IP': '127.0.0.1',
    },
  };
}
