import { closest } from 'fastest-levenshtein';
import { DatamancyError } from '../kit/errors.ts';

/** The refusal of a name that no service of the cluster has, with the nearest that one has. */
export function unknownService(name: string, names: readonly string[]): DatamancyError {
  return new DatamancyError('E_SERVICE_UNKNOWN', `this cluster has no service "${name}"`, { fix: `did you mean ${closest(name, names)}? It has: ${names.join(', ')}` });
}
