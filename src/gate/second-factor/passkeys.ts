import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import * as z from 'zod';
import { messageOf } from '../../kit/errors.ts';
import type { CookieSettings } from '../config.ts';
import type { Person } from '../directory.ts';
import type { Gate } from '../gate.ts';
import type { PasskeyRecord } from '../records.ts';
import type { Method } from '../sessions.ts';
import type { WebauthnSettings } from './schema.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const credentialId = base64url.max(1400);

const enrolmentSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(8)
      .default([]),
  }),
});

const assertionSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});

const clientDataSchema = z.object({ challenge: base64url.length(43), crossOrigin: z.boolean().optional() });

/** What the browser made of a request to enrol a passkey, and of one to use it, with the challenge it says it answers. */
export type Enrolment = Readonly<z.infer<typeof enrolmentSchema>> & { readonly challenge: string };
export type Assertion = Readonly<z.infer<typeof assertionSchema>> & { readonly challenge: string };

/** Whom passkeys are made for: the host of the portal. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
  readonly name: string;
  readonly settings: WebauthnSettings;
}

export type Checked<T> = ({ readonly kind: 'right' } & T) | { readonly kind: 'wrong'; readonly why: string };

export function relyingPartyOf(gate: Gate, cookie: CookieSettings): RelyingParty {
  const settings = gate.config.webauthn;
  return { id: cookie.portalHost, origin: new URL(cookie.portalUrl).origin, name: settings.display_name ?? gate.theme.title, settings };
}

export function parseEnrolment(text: string): Enrolment | undefined {
  const answer = enrolmentSchema.safeParse(parseJson(text)).data;
  const challenge = answer && challengeOf(answer.response.clientDataJSON);
  return answer && challenge !== undefined ? { ...answer, challenge } : undefined;
}

export function parseAssertion(text: string): Assertion | undefined {
  const answer = assertionSchema.safeParse(parseJson(text)).data;
  const challenge = answer && challengeOf(answer.response.clientDataJSON);
  return answer && challenge !== undefined ? { ...answer, challenge } : undefined;
}

/** What a browser is asked for to make a passkey. The user handle is the person's id, and the model of the authenticator is not asked. */
export async function enrolmentOptions(party: RelyingParty, person: Person, known: readonly PasskeyRecord[]) {
  const { selection_criteria: wanted, timeout } = party.settings;
  return await generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: new Uint8Array(Buffer.from(person.id)),
    userName: person.username,
    userDisplayName: person.displayName,
    timeout,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: {
      residentKey: wanted.discoverability,
      userVerification: wanted.user_verification,
      ...(wanted.attachment === '' ? {} : { authenticatorAttachment: wanted.attachment }),
    },
  });
}

/** What a browser is asked for to use a passkey: one of these, or with none named any that knows its owner (WebAuthn, section 6.2.1). */
export async function assertionOptions(party: RelyingParty, known: readonly PasskeyRecord[] | undefined) {
  const { selection_criteria: wanted, timeout } = party.settings;
  return await generateAuthenticationOptions({
    rpID: party.id,
    timeout,
    userVerification: known ? wanted.user_verification : 'required',
    ...(known ? { allowCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })) } : {}),
  });
}

/** Checks a new passkey; the caller has taken its challenge. */
export async function checkEnrolment(
  party: RelyingParty,
  answer: Enrolment,
  name: string,
  now: number,
): Promise<Checked<{ readonly passkey: PasskeyRecord; readonly methods: readonly Method[] }>> {
  const { settings } = party;
  try {
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: { ...answer, clientExtensionResults: {} },
      expectedChallenge: answer.challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: settings.selection_criteria.user_verification === 'required',
    });
    if (!verified) return { kind: 'wrong', why: 'the attestation does not hold' };
    if (settings.filtering.prohibit_backup_eligibility && info.credentialDeviceType === 'multiDevice') {
      return { kind: 'wrong', why: 'the passkey can leave its device' };
    }
    const { id, publicKey, counter } = info.credential;
    const { transports } = answer.response;
    const passkey = { id, publicKey, counter, transports, name, createdAt: now, usedAt: undefined };
    return { kind: 'right', passkey, methods: methodsOf(info.userVerified) };
  } catch (cause) {
    return { kind: 'wrong', why: messageOf(cause) };
  }
}

/** Checks the use of a kept passkey, with `owner: 'required'` only where it asked for its owner; the caller has taken its challenge. */
export async function checkAssertion(
  party: RelyingParty,
  answer: Assertion,
  passkey: PasskeyRecord,
  owner: 'required' | 'optional',
): Promise<Checked<{ readonly counter: number; readonly methods: readonly Method[] }>> {
  const { id, publicKey, counter, transports } = passkey;
  const { userHandle, ...response } = answer.response;
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: { ...answer, response: { ...response, ...(userHandle ? { userHandle } : {}) }, clientExtensionResults: {} },
      expectedChallenge: answer.challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: { id, publicKey: new Uint8Array(publicKey), counter, transports: [...transports] },
      requireUserVerification: owner === 'required',
    });
    if (!verified) return { kind: 'wrong', why: 'the signature does not hold' };
    return { kind: 'right', counter: info.newCounter, methods: methodsOf(info.userVerified) };
  } catch (cause) {
    return { kind: 'wrong', why: messageOf(cause) };
  }
}

function methodsOf(isVerified: boolean): readonly Method[] {
  return isVerified ? ['hwk', 'user'] : ['hwk'];
}

/** The challenge that an answer claims; none where the page stood in a frame of another site. */
function challengeOf(clientData: string): string | undefined {
  const data = clientDataSchema.safeParse(parseJson(Buffer.from(clientData, 'base64url').toString('utf8'))).data;
  return data?.crossOrigin === true ? undefined : data?.challenge;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
