import { beforeEach, describe, expect, it } from 'vitest';
import type { PasskeyRecord, Records, TotpRecord } from '../records.ts';

const totp: TotpRecord = { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 1_763_720_000_000 };

/** What all records must do. Each test gets people of its own. */
export function describeRecords(name: string, records: () => Records): void {
  let ann = '';
  let ben = '';
  let key: PasskeyRecord;
  beforeEach(() => {
    const number = Math.random().toString(36).slice(2);
    ann = `ann-${number}`;
    ben = `ben-${number}`;
    key = {
      id: `key-${number}`,
      publicKey: new Uint8Array([1, 2, 0, 255]),
      counter: 7,
      transports: ['internal', 'hybrid'],
      name: 'Žluťoučký telefon',
      createdAt: 1_763_720_000_000,
      usedAt: undefined,
    };
  });

  describe(`records conformance: ${name}`, () => {
    it('know nothing of a person who enrolled nothing', async () => {
      expect(await records().secondFactorsOf(ann)).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
      expect(await records().findTotp(ann)).toBeUndefined();
      expect(await records().findPasskey(key.id)).toBeUndefined();
      expect(await records().useTotpStep(ann, 1)).toBe(false);
      expect(await records().useRecoveryCode(ann, 'x')).toBe(false);
      expect(records().isOpen()).toBe(true);
    });

    it('give back a one-time-password secret, and the newer of two', async () => {
      await records().saveTotp(ann, { ...totp, secret: 'GEZDGNBVGY3TQOJQ', algorithm: 'SHA512', digits: 8, periodSeconds: 60 });
      await records().saveTotp(ann, totp);
      expect(await records().findTotp(ann)).toEqual(totp);
      expect((await records().secondFactorsOf(ann)).totp).toBe(true);
      expect(await records().findTotp(ben)).toBeUndefined();
    });

    it('take each time step once, and none before one that was taken', async () => {
      await records().saveTotp(ann, totp);
      expect(await records().useTotpStep(ann, 58_790_000)).toBe(true);
      expect(await records().useTotpStep(ann, 58_790_000)).toBe(false);
      expect(await records().useTotpStep(ann, 58_789_999)).toBe(false);
      expect(await records().useTotpStep(ann, 58_790_001)).toBe(true);
      const many = await Promise.all(Array.from({ length: 20 }, () => records().useTotpStep(ann, 58_790_005)));
      expect(many.filter((taken) => taken)).toHaveLength(1);
    });

    it('give back a passkey, its owner and its uses', async () => {
      expect(await records().savePasskey(ann, key)).toBe(true);
      expect(await records().findPasskey(key.id)).toEqual({ personId: ann, passkey: key });
      await records().usePasskey(key.id, 9, 1_763_730_000_000);
      await records().usePasskey(key.id, 8, 1_763_740_000_000);
      const used = { ...key, counter: 9, usedAt: 1_763_740_000_000 };
      expect((await records().secondFactorsOf(ann)).passkeys).toEqual([used]);
    });

    it('never give a passkey to another person, nor twice', async () => {
      await records().savePasskey(ann, key);
      expect(await records().savePasskey(ben, { ...key, publicKey: new Uint8Array([6]) })).toBe(false);
      expect(await records().savePasskey(ann, { ...key, counter: 0 })).toBe(false);
      await records().removePasskey(ben, key.id);
      expect(await records().findPasskey(key.id)).toEqual({ personId: ann, passkey: key });
    });

    it('take each recovery code once, from its owner only', async () => {
      await records().savePasskey(ann, key);
      await records().replaceRecoveryCodes(ann, ['one', 'two', 'three']);
      expect(await records().useRecoveryCode(ben, 'one')).toBe(false);
      const many = await Promise.all(Array.from({ length: 20 }, () => records().useRecoveryCode(ann, 'one')));
      expect(many.filter((taken) => taken)).toHaveLength(1);
      expect((await records().secondFactorsOf(ann)).recoveryCodesLeft).toBe(2);
      await records().replaceRecoveryCodes(ann, ['four']);
      expect(await records().useRecoveryCode(ann, 'two')).toBe(false);
      expect(await records().useRecoveryCode(ann, 'four')).toBe(true);
    });

    it('drop recovery codes with the last second factor, and not before', async () => {
      await records().saveTotp(ann, totp);
      await records().savePasskey(ann, key);
      await records().replaceRecoveryCodes(ann, ['one']);
      await records().removeTotp(ann);
      expect((await records().secondFactorsOf(ann)).recoveryCodesLeft).toBe(1);
      await records().removePasskey(ann, key.id);
      expect(await records().secondFactorsOf(ann)).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
    });

    it('keep consent for one client until its time', async () => {
      const later = Date.now() + 60_000;
      await records().saveConsent(ann, 'wiki', ['openid', 'email'], later);
      await records().saveConsent(ann, 'old', ['openid'], Date.now() - 1);
      await records().saveConsent(ann, 'none', [], later);
      expect(await records().findConsent(ann, 'wiki')).toEqual(['openid', 'email']);
      expect(await records().findConsent(ann, 'old')).toBeUndefined();
      expect(await records().findConsent(ann, 'none')).toEqual([]);
      expect(await records().findConsent(ben, 'wiki')).toBeUndefined();
      await records().saveConsent(ann, 'wiki', ['openid'], later);
      expect(await records().findConsent(ann, 'wiki')).toEqual(['openid']);
    });

    it('list the consents of one person, and drop the one that is withdrawn', async () => {
      const [before, later] = [Date.now(), Date.now() + 60_000];
      await records().saveConsent(ann, 'wiki', ['openid', 'email'], later);
      await records().saveConsent(ann, 'feeds', [], later);
      await records().saveConsent(ann, 'old', ['openid'], before - 1);
      await records().saveConsent(ben, 'wiki', ['openid'], later);
      const listed = await records().consentsOf(ann);
      expect(listed.map(({ clientId }) => clientId).toSorted()).toEqual(['feeds', 'wiki']);
      const wiki = listed.find(({ clientId }) => clientId === 'wiki');
      expect(wiki).toMatchObject({ scopes: ['openid', 'email'], until: later });
      expect(wiki?.since).toBeGreaterThanOrEqual(before);
      expect(await records().removeConsent(ann, 'wiki')).toBe(true);
      expect(await records().removeConsent(ann, 'wiki')).toBe(false);
      expect((await records().consentsOf(ann)).map(({ clientId, scopes }) => [clientId, scopes])).toEqual([['feeds', []]]);
      expect(await records().findConsent(ann, 'wiki')).toBeUndefined();
      expect(await records().findConsent(ben, 'wiki')).toEqual(['openid']);
    });

    it('forget all of one person, and nothing of another', async () => {
      const later = Date.now() + 60_000;
      for (const [person, id] of [
        [ann, key.id],
        [ben, `${key.id}-2`],
      ] as const) {
        await records().saveTotp(person, totp);
        await records().savePasskey(person, { ...key, id });
        await records().replaceRecoveryCodes(person, ['one', 'two']);
        await records().saveConsent(person, 'wiki', ['openid'], later);
      }
      await records().forget(ann);
      expect(await records().secondFactorsOf(ann)).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
      expect(await records().findConsent(ann, 'wiki')).toBeUndefined();
      expect(await records().consentsOf(ann)).toEqual([]);
      expect(await records().secondFactorsOf(ben)).toMatchObject({ totp: true, passkeys: [{ id: `${key.id}-2` }], recoveryCodesLeft: 2 });
      expect(await records().findConsent(ben, 'wiki')).toEqual(['openid']);
    });
  });
}
