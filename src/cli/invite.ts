import { passwordLink } from '../people/link.ts';
import type { Person } from '../people/person.ts';
import { errorColors } from './colors.ts';
import type { PeopleCluster } from './people-cluster.ts';
import { linkJson, printLink } from './people-print.ts';
import { mailLink } from './mail-link.ts';

export interface Invitation {
  readonly json: Readonly<Record<string, unknown>> | null;
  readonly print: () => void;
}

/** Makes the link with which a person chooses a password, the first or another one, and sends it where that was asked and can be done. */
export async function invite(
  cluster: Pick<PeopleCluster, 'stack' | 'runtime' | 'openReveal'>,
  person: Person,
  by: 'mail' | 'link',
  signal: AbortSignal,
): Promise<Invitation> {
  const purpose = person.state === 'invited' ? 'welcome' : 'reset';
  const link = await passwordLink(cluster.stack, person, purpose, await cluster.openReveal());
  const why = by === 'mail' ? await mailLink(cluster, person, purpose, link, signal) : 'not asked for';
  if (why === undefined) {
    return {
      json: { mailedTo: person.mail, url: null, validUntil: link.kind === 'link' ? link.validUntil.toISOString() : null },
      print: () => console.log(`a link to choose a password went to ${person.mail}`),
    };
  }
  const given = linkJson(link);
  return {
    json: given || by === 'mail' ? { mailedTo: null, why, ...(given ?? { url: null, validUntil: null }) } : null,
    print: () => {
      const otherwise = link.kind === 'link' ? '; give the link yourself' : '';
      if (by === 'mail') console.error(errorColors.yellow(`note: no mail was sent: ${why}${otherwise}`));
      printLink(link, person.name);
    },
  };
}
