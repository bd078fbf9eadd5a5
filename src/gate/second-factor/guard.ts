import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { placeWithReturn, portalPlace } from '../continue.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf, identify } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { seeOther } from '../pages/send.ts';
import { RecordsUnavailable, type SecondFactors } from '../records.ts';
import { hasSecondFactor, type Session } from '../sessions.ts';
import { fewRecoveryCodes } from './recovery.ts';

/** How long after a proof a person may change what protects his account. */
const freshMs = 10 * 60_000;

/** So many wrong codes in one session end it, however slowly they come. */
const mostWrongCodes = 10;

/** The session of this request, or the way to sign in and back to `path`. */
export async function requireSession(gate: Gate, context: Context<GateEnv>, path: string): Promise<Session | Response> {
  const session = await identify(gate, context, context.get('portal'));
  return session ?? seeOther(context, placeWithReturn('/', portalPlace(context, path)));
}

/**
 * Lets nobody change what protects an account but who proved within ten minutes that it is his, with a second factor where he has one: a
 * password alone must not be enough to take the second factor's place. Gives the way to the missing proof and back to `path`, or undefined
 * where nothing is missing. Authelia asks for a code that came by mail instead; here a cluster need not be able to send mail.
 */
export async function askForFreshProof(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  path: string,
): Promise<Response | undefined> {
  const place = portalPlace(context, path);
  if (!hasSecondFactor(session) && hasAny(await usableFactors(gate, session.person.id)))
    return seeOther(context, placeWithReturn('/second-factor', place));
  if (Date.now() - session.provedAt > freshMs) return seeOther(context, placeWithReturn('/prove', place));
  return undefined;
}

/** What a person enrolled, as far as the configuration still takes it. */
export async function usableFactors(gate: Gate, personId: string): Promise<SecondFactors> {
  const { totp, webauthn } = gate.config;
  const factors = await gate.records.secondFactorsOf(personId);
  return { ...factors, totp: factors.totp && !totp.disable, passkeys: webauthn.disable ? [] : factors.passkeys };
}

export function hasAny({ totp, passkeys }: SecondFactors): boolean {
  return totp || passkeys.length > 0;
}

/** What a person should do about his second factors; nothing while the records cannot be read. */
export async function adviceFor(gate: Gate, personId: string): Promise<string | undefined> {
  const factors = await readableFactors(gate, personId);
  if (!factors || !hasAny(factors) || factors.recoveryCodesLeft >= fewRecoveryCodes) return undefined;
  const left = factors.recoveryCodesLeft === 0 ? 'no recovery codes' : `few recovery codes (${factors.recoveryCodesLeft})`;
  return `You have ${left} left. Make new ones in the settings before you need them.`;
}

/** As {@link usableFactors}, or undefined while the records cannot be read, for pages that have more to show. */
export async function readableFactors(gate: Gate, personId: string): Promise<SecondFactors | undefined> {
  try {
    return await usableFactors(gate, personId);
  } catch (cause) {
    if (cause instanceof RecordsUnavailable) return undefined;
    throw cause;
  }
}

export type Verdict =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  /** Too many wrong codes: the session is over. */
  | { readonly kind: 'ended' };

/**
 * Judges a second factor under regulation. It counts by person (apart from his password's counter, which a right password resets), by
 * address and by session, and it counts before it looks.
 */
export async function judgeFactor(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  method: 'totp' | 'passkey' | 'recovery',
  judge: () => Promise<boolean>,
): Promise<Verdict> {
  const name = `second factor of ${session.person.id}`;
  const address = addressOf(context);
  const who = { event: 'second-factor', method, user: safeText(session.person.username), address };
  const permit = await gate.regulation.admit(name, address);
  if (permit.kind === 'wait') {
    gate.metrics.secondFactor(method, 'banned');
    gate.log.warn({ ...who, result: 'banned' }, 'too many wrong second factors');
    return permit;
  }
  const id = getCookie(context, context.get('portal').name) ?? '';
  const counter = `wrong-codes:${gate.sessions.handleOf(id)}`;
  const lifeMs = Math.max(1, session.endsAt - Date.now());
  const tries = await gate.store.add(counter, 1, lifeMs);
  try {
    if (tries <= mostWrongCodes && (await judge())) {
      await gate.regulation.succeeded(name, address);
      await gate.store.remove(counter);
      gate.metrics.secondFactor(method, 'accepted');
      gate.log.info({ ...who, result: 'accepted' }, 'second factor given');
      return { kind: 'right' };
    }
  } catch (cause) {
    if (cause instanceof RecordsUnavailable) {
      await gate.regulation.withdrawn(name, address);
      await gate.store.add(counter, -1, lifeMs);
    }
    throw cause;
  }
  gate.metrics.secondFactor(method, 'refused');
  gate.log.warn({ ...who, result: 'refused' }, 'wrong second factor');
  if (tries < mostWrongCodes) return { kind: 'wrong' };
  await gate.sessions.end(id);
  return { kind: 'ended' };
}

/** Words for a verdict that is not right; the same whichever way it was wrong. */
export function wordsFor(verdict: Exclude<Verdict, { readonly kind: 'right' }>): string {
  switch (verdict.kind) {
    case 'wrong':
      return 'That is not right, or was used before. Try again with the next one.';
    case 'wait':
      return `Too many failed attempts. Wait ${Math.ceil(verdict.waitMs / 60_000)} min, then try again.`;
    case 'ended':
      return 'Too many failed attempts. Sign in again.';
  }
}
