import { createHash } from 'node:crypto';
import { openLink, signLink } from '../../kit/link-token.ts';
import type { Directory, Person } from '../directory.ts';
import type { Store } from '../store.ts';

/** Reset by mail, a first password after an invitation, or a new one in place of one that ran out. */
const purposes = ['reset', 'welcome', 'renew'] as const;

export type LinkPurpose = (typeof purposes)[number];

/** What a link that still works is for. */
interface UsableLink {
  readonly kind: 'usable';
  readonly purpose: LinkPurpose;
  readonly person: Person;
}

type LinkAnswer = UsableLink | { readonly kind: 'worthless' } | { readonly kind: 'unavailable'; readonly reason: string };

/** Links that let a person choose a password. `datamancy users` makes the same ones, with the same key. */
export interface Links {
  readonly lifeMs: number;
  /** A token for a person whose password is in this state. */
  make(username: string, purpose: LinkPurpose, state: string): Promise<string>;
  /** A link works until its time is over or the password was changed, and only for a person who is not disabled. */
  read(token: string, signal: AbortSignal): Promise<LinkAnswer>;
  /** Takes a link for the one change it allows; false where another request has it. */
  take(token: string): Promise<boolean>;
  /** Gives it back after a password that was not taken. */
  giveBack(token: string): Promise<void>;
}

interface Settings {
  readonly secret: string;
  readonly lifeMs: number;
}

const takenForMs = 60_000;

export function createLinks(directory: Directory, store: Store, settings: Settings, now: () => number = Date.now): Links {
  return {
    lifeMs: settings.lifeMs,
    async make(username, purpose, state) {
      return await signLink({ subject: username, purpose, state }, settings.secret, settings.lifeMs, now());
    },
    async read(token, signal) {
      const opened = await openLink(token, settings.secret, now());
      const purpose = purposes.find((each) => each === opened?.purpose);
      if (!opened || purpose === undefined) return { kind: 'worthless' };
      const found = await directory.passwordState(opened.subject, signal);
      if (found.kind === 'unavailable') return found;
      const isCurrent = found.kind === 'found' && found.person.username === opened.subject && opened.isMadeIn(found.state);
      return isCurrent ? { kind: 'usable', purpose, person: found.person } : { kind: 'worthless' };
    },
    async take(token) {
      return (await store.add(takenKey(token), 1, takenForMs)) === 1;
    },
    async giveBack(token) {
      await store.remove(takenKey(token));
    },
  };
}

function takenKey(token: string): string {
  return `link:${createHash('sha256').update(token).digest('base64url')}`;
}
