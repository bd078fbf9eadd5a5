import { closest } from 'fastest-levenshtein';
import { DatamancyError } from '../kit/errors.ts';

/** The refusal of a name that no service of the cluster has, with the nearest that one has. */
export function unknownService(name: string, names: readonly string[]): DatamancyError {
  const meant = names.length === 0 ? '' : `did you mean ${closest(name, names)}? `;
  return new DatamancyError('E_USAGE', `this cluster has no service ${JSON.stringify(name)}`, {
    fix: `${meant}It has: ${names.join(', ') || 'none'}`,
  });
}
