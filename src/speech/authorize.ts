import { bearerOf, isSameToken } from '../kit/bearer.ts';
import { Refusal } from './failure.ts';

/** Throws a Refusal with status 401 for a request that does not show the token; without a token everybody may ask. */
export function authorize(header: string | undefined, token: string | undefined): void {
  if (token === undefined) return;
  const shown = bearerOf(header);
  if (shown === undefined) throw new Refusal(401, 'No API key was given. Send it as "Authorization: Bearer <key>".');
  if (!isSameToken(shown, token)) throw new Refusal(401, 'The API key is not the right one.', { code: 'invalid_api_key' });
}
