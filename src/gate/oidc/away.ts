import { StoreUnavailable } from '../store.ts';

/**
 * What a request stands on cannot be asked at the moment. Clients are told as RFC 6749 has it and with status 503 (the names of these
 * fields are the library's); browsers get the page that every other page of the portal shows then.
 */
export class ProviderAway extends StoreUnavailable {
  readonly expose = true;
  readonly status = 503;
  readonly statusCode = 503;
  readonly allow_redirect = false;
  readonly error = 'temporarily_unavailable';
  readonly error_description = 'try again in a moment';
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super('temporarily_unavailable', { cause });
    this.reason = reason;
  }
}

/** Tells the store's absence in the words of the protocol. */
export function away<Arguments extends unknown[], Result>(
  ask: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  return async (...given) => {
    try {
      return await ask(...given);
    } catch (cause) {
      if (cause instanceof StoreUnavailable && !(cause instanceof ProviderAway)) throw new ProviderAway('the store does not answer', cause);
      throw cause;
    }
  };
}
