import { askSignOn } from '../people/ask-sign-on.ts';
import type { PasswordLink } from '../people/link.ts';
import type { Person } from '../people/person.ts';
import type { PeopleCluster } from './people-cluster.ts';

/** Sends the link to the person; gives why no mail was sent, or undefined where one was. */
export async function mailLink(
  { stack, runtime }: Pick<PeopleCluster, 'stack' | 'runtime'>,
  { name, fullName, mail }: Person,
  purpose: 'welcome' | 'reset',
  link: PasswordLink,
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (link.kind) {
    case 'page':
      return 'the sign-on server of this cluster mails its links itself';
    case 'none':
      return 'there is no link to send';
    case 'link': {
      const { url, validUntil } = link;
      const question = {
        kind: 'mail-link',
        to: mail,
        fullName,
        username: name,
        purpose,
        url,
        validUntil: validUntil.toISOString(),
      } as const;
      const { sent, why } = await askSignOn(stack, runtime, question, signal);
      return sent === true ? undefined : (why ?? 'no mail is configured');
    }
  }
}
