import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

/** The longest that a name in an address may be. */
const longestName = 32;

const placeholder = /\{[^{}]*\}/g;

/** Providers give keys of 32 characters and more, with many digits among the letters; no path is like that by itself. */
function looksLikeKey(word: string): boolean {
  return /[a-z]/i.test(word) && word.replaceAll(/\D/g, '').length >= 3;
}

/** What stands in its host is not looked at: no secret can stand there instead. */
function holdsKey(rpc: string): boolean {
  const shown = rpc.replace(/^https?:\/\/[^/?]+/i, '').replaceAll(placeholder, '/');
  return (shown.match(/[\w-]{24,}/g) ?? []).some(looksLikeKey);
}

/** The secret for the key of one RPC. Where others of its chain have one too, each gets its own: a key is no other provider's business. */
function secretFor(chain: string, rpcs: readonly string[], index: number): string {
  const keyed = rpcs.filter((rpc) => holdsKey(rpc) || rpc.includes('{'));
  return keyed.length === 1 ? chain : `${chain.slice(0, longestName - 2)}-${index + 1}`;
}

export const paymentRpcKeyHidden: Rule = {
  id: 'payment-rpc-key-hidden',
  why: 'whoever reads cluster.yaml, or any copy of it, could use the key and see what is asked with it',
  check: ({ declaration: { payments } }) =>
    Object.entries(payments?.chains ?? {}).flatMap(([name, { rpcs }]) =>
      rpcs.flatMap((rpc, i) => {
        if (!holdsKey(rpc)) return [];
        const secret = secretFor(name, rpcs, i);
        const fix = `write {${secret}} in place of the key, and give the key with: datamancy secrets set payments.${secret}`;
        return [aboutPayments(`the address at ${new URL(rpc).host} holds what looks like a key`, fix, 'chains', name, 'rpcs', String(i))];
      }),
    ),
};
