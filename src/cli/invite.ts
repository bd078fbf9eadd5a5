import { passwordLink } from '../people/link.ts';
import type { Person } from '../people/person.ts';
import { colors } from './colors.ts';
import type { PeopleCluster } from './people-cluster.ts';
import { linkJson, printLink } from './people-print.ts';
import { mailLink } from './mail-link.ts';

export interface Invitation {
  readonly json: Readonly<Record<string, unknown>> | null;
  readonly print: () => void;
}

/** Makes the link with which a new person chooses a first password, and sends it where that was asked and can be done. */
export async function invite(cluster: PeopleCluster, person: Person, by: 'mail' | 'link', signal: AbortSignal): Promise<Invitation> {
  const link = await passwordLink(cluster.stack, person, 'welcome', await cluster.openReveal());
  const why = by === 'mail' && link.kind === 'link' ? await mailLink(cluster, person, 'welcome', link, signal) : 'not asked for';
  if (why === undefined) {
    return {
      json: { mailedTo: person.mail, url: null, validUntil: link.kind === 'link' ? link.validUntil.toISOString() : null },
      print: () => console.log(`a link to choose a password went to ${person.mail}`),
    };
  }
  const given = linkJson(link);
  return {
    json: given && { mailedTo: null, ...given },
    print: () => {
      if (by === 'mail') console.error(colors.yellow(`note: no mail was sent: ${why}; give the link yourself`));
      printLink(link, person.name);
    },
  };
}
