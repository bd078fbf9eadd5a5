import { keccak_256 } from '@noble/hashes/sha3.js';

export type EvmAddress = `0x${string}`;

/** Whether it is an address at all, whatever its letters. */
export function looksLikeAddress(text: string): text is EvmAddress {
  return /^0x[0-9a-fA-F]{40}$/.test(text);
}

/** The address with its checksum: a letter is a capital where the same digit of the hash is 8 or more (EIP-55). */
export function withChecksum(address: EvmAddress): EvmAddress {
  const lower = address.slice(2).toLowerCase();
  const hash = Buffer.from(keccak_256(Buffer.from(lower))).toString('hex');
  return `0x${Array.from(lower, (digit, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? digit.toUpperCase() : digit)).join('')}`;
}
