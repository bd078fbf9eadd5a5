import { closest, distance } from 'fastest-levenshtein';
import { DatamancyError } from '../kit/errors.ts';
import type { SecretRequest } from '../service/secret.ts';

/** Says what is wrong with the file; whatever throws it has written nothing. */
export function damaged(name: string, why: string): DatamancyError {
  return new DatamancyError('E_SECRETS_DAMAGED', `${name} cannot be trusted: ${why}`, {
    fix: `nothing was changed; keep ${name} aside and restore it from git or a backup`,
  });
}

/** Names whom the file is encrypted to and whose key is here. */
export function wrongKey(name: string, fileRecipients: readonly string[], keyRecipients: readonly string[]): DatamancyError {
  const file = fileRecipients.join(', ') || 'nobody';
  return new DatamancyError('E_AGE_KEY_WRONG', `${name} is encrypted to ${file}, and the age key here is ${keyRecipients.join(', ')}`, {
    fix: `put the age key of this ${name} back, or restore the ${name} that belongs to this key, from git or a backup`,
  });
}

/** The file holds no identity at all. */
export function notAKey(path: string, cause?: unknown): DatamancyError {
  return new DatamancyError('E_AGE_KEY_WRONG', `${path} holds no age identity (a line AGE-SECRET-KEY-1…)`, {
    fix: `put the key that belongs to this cluster's secrets.yaml back at ${path}, from a backup`,
    cause,
  });
}

export function missingKey(path: string, name: string): DatamancyError {
  return new DatamancyError('E_AGE_KEY_MISSING', `${name} exists, but the age key that opens it is missing: ${path}`, {
    fix: `put the key back at ${path} from a backup; without it no value in ${name} can be read again`,
  });
}

export function exposedKey(path: string, mode: number): DatamancyError {
  return new DatamancyError('E_AGE_KEY_EXPOSED', `${path} opens every secret and can be read by others (its mode is ${mode.toString(8)})`, {
    fix: `chmod 600 ${path}, and if others use this machine, take every secret as seen`,
  });
}

/** Another program wrote the file between our reading and our writing. */
export function changedMeanwhile(name: string): DatamancyError {
  return new DatamancyError('E_LOCKED', `${name} was changed by another program while this one had it open`, {
    fix: 'run the command again; nothing was written',
  });
}

export function unknownSecret(id: string, known: readonly string[]): DatamancyError {
  const nearest = known.length === 0 ? undefined : closest(id, [...known]);
  const isNear = nearest !== undefined && distance(id, nearest) <= Math.max(2, id.length / 3);
  return new DatamancyError('E_SECRET_UNKNOWN', `no secret is called ${id}${isNear ? `; did you mean ${nearest}?` : ''}`, {
    fix: isNear ? `ask for ${nearest}` : 'the names are the keys of secrets.yaml, which can be read without the age key',
  });
}

export function unknownPart(id: string, part: string, known: readonly string[]): DatamancyError {
  return new DatamancyError('E_SECRET_UNKNOWN', `the secret ${id} has no part ${part}`, {
    fix: `ask for one of its parts: ${known.toSorted().join(', ')}`,
  });
}

/** A new value would cut off whoever holds the old one, or close data for good. */
export function fixedSecret({ id, spec, keeps }: SecretRequest): DatamancyError {
  const why =
    keeps === 'data' ? 'what is stored could not be read again without it' : `a ${spec.kind} has no old value that goes on beside the new`;
  const fix =
    keeps === 'data'
      ? 'nothing was changed; keep it as long as the data'
      : `nothing was changed; to replace it all the same: datamancy secrets set ${id} < file, then datamancy up`;
  return new DatamancyError('E_SECRET_KEPT', `${id} is not rotated: ${why}`, { fix });
}

export function unusableId(id: string): DatamancyError {
  return new DatamancyError('E_SECRET_UNKNOWN', `${JSON.stringify(id)} cannot be the name of a secret`, {
    fix: 'use letters, digits, dots and dashes, such as postgresql.superuser',
  });
}

export function unusableValue(id: string): DatamancyError {
  return new DatamancyError('E_USAGE', `the value for ${id} is empty or no well-formed text`, {
    fix: 'give one or more characters of UTF-8 text',
  });
}
