import { type Consent, type PasskeyRecord, type Records, RecordsUnavailable, type TotpRecord } from '../records.ts';

interface Kept {
  totp: TotpRecord | undefined;
  usedStep: number;
  readonly passkeys: Map<string, PasskeyRecord>;
  recoveryCodes: Set<string>;
  readonly consents: Map<string, Consent>;
}

/** Records in memory that can be taken away. */
export interface MemoryRecords extends Records {
  isAway: boolean;
}

export function createMemoryRecords(now: () => number = Date.now): MemoryRecords {
  const people = new Map<string, Kept>();

  function of(personId: string): Kept {
    if (records.isAway) throw new RecordsUnavailable('taken away by the test');
    const nothing: Kept = { totp: undefined, usedStep: -1, passkeys: new Map(), recoveryCodes: new Set(), consents: new Map() };
    const kept = people.get(personId) ?? nothing;
    people.set(personId, kept);
    return kept;
  }

  function ownerOf(id: string): string | undefined {
    return [...people].find(([personId]) => of(personId).passkeys.has(id))?.[0];
  }

  function dropUselessCodes(kept: Kept): void {
    if (kept.totp === undefined && kept.passkeys.size === 0) kept.recoveryCodes.clear();
  }

  const records: MemoryRecords = {
    isAway: false,
    async secondFactorsOf(personId) {
      const { totp, passkeys, recoveryCodes } = of(personId);
      return { totp: totp !== undefined, passkeys: [...passkeys.values()], recoveryCodesLeft: recoveryCodes.size };
    },
    findTotp: async (personId) => of(personId).totp,
    async saveTotp(personId, totp) {
      Object.assign(of(personId), { totp, usedStep: -1 });
    },
    async removeTotp(personId) {
      const kept = of(personId);
      kept.totp = undefined;
      dropUselessCodes(kept);
    },
    async useTotpStep(personId, step) {
      const kept = of(personId);
      if (kept.totp === undefined || step <= kept.usedStep) return false;
      kept.usedStep = step;
      return true;
    },
    async savePasskey(personId, passkey) {
      const { passkeys } = of(personId);
      if (ownerOf(passkey.id) !== undefined) return false;
      passkeys.set(passkey.id, passkey);
      return true;
    },
    async findPasskey(id) {
      const personId = ownerOf(id);
      const passkey = personId === undefined ? undefined : of(personId).passkeys.get(id);
      return personId === undefined || passkey === undefined ? undefined : { personId, passkey };
    },
    async usePasskey(id, counter, at) {
      const passkeys = of(ownerOf(id) ?? '').passkeys;
      const passkey = passkeys.get(id);
      if (passkey) passkeys.set(id, { ...passkey, counter: Math.max(counter, passkey.counter), usedAt: at });
    },
    async removePasskey(personId, id) {
      const kept = of(personId);
      kept.passkeys.delete(id);
      dropUselessCodes(kept);
    },
    async replaceRecoveryCodes(personId, digests) {
      of(personId).recoveryCodes = new Set(digests);
    },
    useRecoveryCode: async (personId, digest) => of(personId).recoveryCodes.delete(digest),
    async findConsent(personId, clientId) {
      const consent = of(personId).consents.get(clientId);
      return consent && consent.until > now() ? consent.scopes : undefined;
    },
    async saveConsent(personId, clientId, scopes, until) {
      of(personId).consents.set(clientId, { clientId, scopes, since: now(), until });
    },
    consentsOf: async (personId) => [...of(personId).consents.values()].filter(({ until }) => until > now()),
    removeConsent: async (personId, clientId) => of(personId).consents.delete(clientId),
    async forget(personId) {
      of(personId);
      people.delete(personId);
    },
    isOpen: () => !records.isAway,
    close: () => people.clear(),
  };
  return records;
}
