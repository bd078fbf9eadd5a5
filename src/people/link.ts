import { signLink } from '../kit/link-token.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import type { Person } from './person.ts';

/** How a person comes to a password: by a link of ours, by the sign-on server's own page for a forgotten one, or not by himself. */
export type PasswordLink =
  | { readonly kind: 'link'; readonly url: string; readonly validUntil: Date }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'none' };

const dayMs = 24 * 60 * 60 * 1000;

/** Pages of the sign-on server that take a link, and how long it is good. */
const purposes = {
  welcome: { path: '/welcome', lifeMs: 7 * dayMs },
  reset: { path: '/reset-password/new', lifeMs: dayMs },
} as const;

/** A link that works once, signed as the sign-on server signs its own; `reveal` gives the characters of a secret by its id. */
export async function passwordLink(
  { providers }: ResolvedStack,
  { name, passwordState }: Pick<Person, 'name' | 'passwordState'>,
  purpose: keyof typeof purposes,
  reveal: (id: string) => string,
): Promise<PasswordLink> {
  const server = providers['sign-on'];
  const { links, resets } = server?.provision ?? {};
  if (server && links !== undefined) {
    const { path, lifeMs } = purposes[purpose];
    const now = Date.now();
    const token = await signLink({ subject: name, purpose, state: passwordState }, reveal(`${server.name}.${links}`), lifeMs, now);
    return { kind: 'link', url: `${server.url}${path}?token=${token}`, validUntil: new Date(now + lifeMs) };
  }
  return server && resets !== undefined ? { kind: 'page', url: `${server.url}${resets}` } : { kind: 'none' };
}
