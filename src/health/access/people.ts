import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { notRunning, reasonOf } from '../ask-unit.ts';
import type { CheckContext } from '../context.ts';
import type { NotSignedIn, SignedIn } from '../sign-in.ts';
import { signIn } from '../sign-in.ts';
import type { Person } from './roles.ts';
import { accountOf } from './roles.ts';

/** There is nowhere to sign in, or what it takes does not run: nothing is known, and another check says what is wrong. */
interface Nobody {
  readonly kind: 'nobody';
  readonly why: string;
}

export type Entered = SignedIn | NotSignedIn | Nobody;

const signOutWithinMs = 5000;

/** Signs these probes in, and out again whatever happens; `use` gets what became of each. */
export async function withPeople<Who extends Person, T>(
  context: CheckContext,
  who: readonly Who[],
  signal: AbortSignal,
  use: (entered: Readonly<Record<Who, Entered>>) => Promise<T>,
): Promise<T> {
  const entries = await Promise.all(who.map(async (person): Promise<[Who, Entered]> => [person, await enter(context, person, signal)]));
  try {
    // Object.fromEntries forgets the type of the keys, and each of them is there.
    return await use(Object.fromEntries(entries) as Record<Who, Entered>);
  } finally {
    await Promise.all(entries.map(async ([, person]) => leave(person)));
  }
}

/** Signs a probe out, also where the check itself was stopped. A session that could not be ended ends by itself. */
export async function leave(person: Entered): Promise<void> {
  if (person.kind === 'in') await person.signOut(AbortSignal.timeout(signOutWithinMs)).catch(() => undefined);
}

async function enter({ stack, edge, secret, units }: CheckContext, person: Person, signal: AbortSignal): Promise<Entered> {
  const signOn = signOnOf(stack);
  const directory = stack.providers['ldap'];
  if (!signOn?.host || !directory) return { kind: 'nobody', why: 'this cluster has no sign-on server or no directory' };
  const why = notRunning(units, signOn.name) ?? notRunning(units, directory.name);
  if (why !== undefined) return { kind: 'nobody', why };
  const { name, password } = accountOf(person);
  const given = secret(password);
  try {
    return await signIn(edge, { host: signOn.host, url: signOn.url }, { name, password: given }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    return { kind: 'out', isRefused: false, why: reasonOf(cause) };
  }
}

export function signOnOf({ services, providers }: ResolvedStack): ResolvedService | undefined {
  return services.find(({ name }) => name === providers['sign-on']?.name);
}
