import { createHash, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** Whom a link is for, what it may do, and the state in which it may do it. */
export interface LinkClaims {
  readonly subject: string;
  readonly purpose: string;
  /** Anything that changes once the link was used, so that it works once. The token carries only its digest. */
  readonly state: string;
}

/** A link that was signed here and has not run out. */
export interface OpenedLink {
  readonly subject: string;
  readonly purpose: string;
  /** Whether the state is still the one that the link was made in. */
  isMadeIn(state: string): boolean;
}

/** A signed token to put into a link (JWT, HS256). `now` and `lifeMs` in milliseconds. */
export async function signLink({ subject, purpose, state }: LinkClaims, key: string, lifeMs: number, now: number): Promise<string> {
  return await new SignJWT({ purpose, state: digestOf(state) })
    .setProtectedHeader({ alg: 'HS256', typ: 'link+jwt' })
    .setSubject(subject)
    .setIssuedAt(new Date(now))
    .setExpirationTime(new Date(now + lifeMs))
    .sign(keyOf(key));
}

/** Reads a token of {@link signLink}; undefined for every other text, and when its time is over. */
export async function openLink(token: string, key: string, now: number): Promise<OpenedLink | undefined> {
  const options = {
    algorithms: ['HS256'],
    typ: 'link+jwt',
    currentDate: new Date(now),
    requiredClaims: ['sub', 'exp', 'purpose', 'state'],
  };
  const payload = await jwtVerify(token, keyOf(key), options).then(
    (verified) => verified.payload,
    () => undefined,
  );
  const { sub: subject, purpose, state: made } = payload ?? {};
  if (subject === undefined || typeof purpose !== 'string' || typeof made !== 'string') return undefined;
  return { subject, purpose, isMadeIn: (state) => isSame(digestOf(state), made) };
}

function keyOf(key: string): Uint8Array {
  return createHash('sha256').update(`link:${key}`).digest();
}

function digestOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
