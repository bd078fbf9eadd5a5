import { askSignOn } from '../people/ask-sign-on.ts';
import type { PasswordLink } from '../people/link.ts';
import type { Person } from '../people/person.ts';
import type { PeopleCluster } from './people-cluster.ts';

/** Sends the link to the person; gives why no mail was sent, or undefined where one was. */
export async function mailLink(
  { stack, runtime }: PeopleCluster,
  { name, fullName, mail }: Person,
  purpose: 'welcome' | 'reset',
  { url, validUntil }: Extract<PasswordLink, { readonly kind: 'link' }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const question = { kind: 'mail-link', to: mail, fullName, username: name, purpose, url, validUntil: validUntil.toISOString() } as const;
  const { sent, why } = await askSignOn(stack, runtime, question, signal);
  return sent === true ? undefined : (why ?? 'no mail is configured');
}
