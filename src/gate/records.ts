/** A one-time-password secret of a person (RFC 6238). */
export interface TotpRecord {
  /** Base32, as authenticator apps take it. */
  readonly secret: string;
  readonly digits: 6 | 8;
  readonly periodSeconds: number;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly createdAt: number;
}

/** A passkey or security key of a person (WebAuthn). */
export interface PasskeyRecord {
  /** Credential id in base64url. */
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  /** What the person calls it. */
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | undefined;
}

/** What a person has enrolled, for pages and decisions. */
export interface SecondFactors {
  readonly totp: boolean;
  readonly passkeys: readonly PasskeyRecord[];
  readonly recoveryCodesLeft: number;
}

/** A consent that is remembered for a client. */
export interface Consent {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** When it was given; undefined where it was remembered before that was noted. */
  readonly since: number | undefined;
  readonly until: number;
}

/**
 * What sign-on keeps for good, beside the directory: second factors and consents. Times in milliseconds since 1970. People are known by
 * {@link Person.id}, which no later person of the same name gets. Every method throws {@link RecordsUnavailable} while the records cannot
 * be read or written. Removing the last second factor of a person removes his recovery codes with it.
 */
export interface Records {
  secondFactorsOf(personId: string): Promise<SecondFactors>;

  findTotp(personId: string): Promise<TotpRecord | undefined>;
  /** Takes the place of a former secret. */
  saveTotp(personId: string, totp: TotpRecord): Promise<void>;
  removeTotp(personId: string): Promise<void>;
  /** Takes the time step of a right code; false where that step or a later one was used before, however many ask at once. */
  useTotpStep(personId: string, step: number): Promise<boolean>;

  /** False, and nothing is changed, where a passkey of this id is kept already. */
  savePasskey(personId: string, passkey: PasskeyRecord): Promise<boolean>;
  findPasskey(id: string): Promise<{ readonly personId: string; readonly passkey: PasskeyRecord } | undefined>;
  /** Notes a use and the authenticator's new counter, which never goes back. */
  usePasskey(id: string, counter: number, at: number): Promise<void>;
  removePasskey(personId: string, id: string): Promise<void>;

  /** Replaces all recovery codes by these digests. */
  replaceRecoveryCodes(personId: string, digests: readonly string[]): Promise<void>;
  /** Takes a code; false where it is unknown or was used, however many ask at once. */
  useRecoveryCode(personId: string, digest: string): Promise<boolean>;

  /** Scopes that a person allowed a client until some time. */
  findConsent(personId: string, clientId: string): Promise<readonly string[] | undefined>;
  saveConsent(personId: string, clientId: string, scopes: readonly string[], until: number): Promise<void>;
  /** Every consent of a person that still holds. */
  consentsOf(personId: string): Promise<readonly Consent[]>;
  /** False where none was kept. */
  removeConsent(personId: string, clientId: string): Promise<boolean>;

  /** Removes all that is kept of a person. */
  forget(personId: string): Promise<void>;

  /** Whether the records can be asked at the moment. */
  isOpen(): boolean;

  close(): void;
}

/** The records cannot be read or written at the moment. */
export class RecordsUnavailable extends Error {
  override readonly name = 'RecordsUnavailable';
}
