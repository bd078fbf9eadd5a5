import { createHmac } from 'node:crypto';
import type { Directory, Person } from '../directory.ts';
import { createSeal } from '../../kit/seal.ts';
import type { Store } from '../store.ts';
import { away, ProviderAway } from './away.ts';

const lookUpWithinMs = 3000;

/** Finds people by the subject of a token. The directory is asked by name, so the name is kept beside the tokens. */
export interface People {
  /** Throws {@link ProviderAway} while the store is away. */
  remember(person: Person): Promise<void>;
  /** The person as the directory knows him now; undefined once he is gone or disabled. Throws {@link ProviderAway} while nobody can say. */
  find(personId: string): Promise<Person | undefined>;
}

export function createPeople(store: Store, directory: Directory, secret: string, keepMs: number): People {
  const seal = createSeal(secret, 'oidc-names');

  function keyOf(personId: string): string {
    return `oidc:name:${createHmac('sha256', secret).update(`oidc-name:${personId}`).digest('base64url')}`;
  }

  return {
    remember: away(async ({ id, username }: Person) => {
      const key = keyOf(id);
      await store.set(key, Buffer.from(seal.close(username, key)).toString('base64url'), keepMs);
    }),
    find: away(async (personId: string) => {
      const key = keyOf(personId);
      const kept = await store.get(key);
      const username = kept && seal.open(Buffer.from(kept.value, 'base64url'), key);
      if (username === undefined) return undefined;
      const answer = await directory.lookUp(username, AbortSignal.timeout(lookUpWithinMs));
      switch (answer.kind) {
        case 'unavailable':
          throw new ProviderAway(answer.reason);
        case 'missing':
          return undefined;
        case 'found':
          if (answer.person.id !== personId) return undefined;
          await store.extend(key, keepMs);
          return answer.person;
      }
    }),
  };
}
