import { stat } from 'node:fs/promises';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import { exposedKey, notAKey } from './refusals.ts';

/** The owner's age identities, as `age-keygen` writes them, and the recipients that belong to them. */
export interface AgeKey {
  readonly identities: readonly string[];
  readonly recipients: readonly string[];
}

/** The key in the file, or undefined where there is no file. Refuses one that other users of the machine can read. */
export async function readAgeKey(path: string): Promise<AgeKey | undefined> {
  const text = await readIfExists(path);
  if (text === undefined) return undefined;
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & 0o077) !== 0) throw exposedKey(path, mode);
  const identities = text.split(/\r?\n/).filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  try {
    const recipients = await Promise.all(identities.map(identityToRecipient));
    if (recipients.length > 0) return { identities, recipients };
  } catch (cause) {
    throw notAKey(path, cause);
  }
  throw notAKey(path);
}

/** Makes a new identity and keeps it in the file, readable by its owner only. */
export async function createAgeKey(path: string): Promise<AgeKey> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  await writeAtomic(path, `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`, 0o600);
  return { identities: [identity], recipients: [recipient] };
}
