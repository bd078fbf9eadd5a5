import { tiers } from '../../contracts/index.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import { groupsInWords } from '../groups-in-words.ts';
import { code, words } from './markdown.ts';

/** Who may enter, in a few words. */
export function whoMayEnter({ access }: ResolvedService): string {
  switch (access?.kind) {
    case undefined:
      return '–';
    case 'edge':
    case 'login':
      return enters(access);
    case 'directory':
      return 'people of the directory';
    case 'open':
      return 'anyone';
  }
}

/** Every person of the directory that is in the lowest tier, or anyone at all, may enter. */
export function isForEverybody({ access }: ResolvedService): boolean {
  return access !== undefined && (!('groups' in access) || access.groups.includes(tiers[0]));
}

/** Who may enter in whole sentences: how it is decided, by whom, and what goes around it. */
export function howAccessIsDecided({ access }: ResolvedService): readonly string[] {
  switch (access?.kind) {
    case undefined:
      return [];
    case 'edge':
      return [
        `The edge lets in ${enters(access)} and nobody else; the app is not reached before that.`,
        ...(access.basic ? ['Programs may send name and password with each request (HTTP Basic).'] : []),
        ...access.bypass.map(
          ({ path, authentication }) => `At ${code(path)} the edge asks nothing, and the app asks for ${words(authentication)}.`,
        ),
      ];
    case 'login':
      return [`The app sends people to the sign-on server, which gives tokens to ${enters(access)}.`];
    case 'directory':
      return [`The app asks the directory for name and password itself: ${words(access.why)}`];
    case 'open':
      return [`Anyone who reaches the address may enter: ${words(access.why)}`];
  }
}

function enters({ groups, secondFactor }: { readonly groups: readonly string[]; readonly secondFactor: boolean }): string {
  return `${groupsInWords(groups, code)}${secondFactor ? ' with a second factor' : ''}`;
}
