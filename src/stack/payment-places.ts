import { looksLikeAddress } from '../contracts/index.ts';
import type { Place } from './place.ts';

const listOf = (of: string, fix: string): Place => ({ rule: 'wrong-type', must: `a list of ${of}`, fix });
const mapWith = (keys: string, fix: string): Place => ({ rule: 'wrong-type', must: `a map with ${keys}`, fix });
const numberFrom = (range: string, fix: string): Place => ({ rule: 'wrong-type', must: `a number from ${range}`, fix });

const name: Place = {
  rule: 'payment-name-valid',
  must: 'at most 32 lower-case letters, digits and dashes, which do not begin with 0x',
  fix: 'write a short name such as main',
};
const group: Place = { rule: 'wrong-type', must: 'the name of a group', fix: 'write one such as operator' };
const chainId: Place = {
  rule: 'wrong-type',
  must: 'the number of a chain',
  fix: 'write the id of one under payments.chains, such as 8453 for Base',
};
const gwei: Place = {
  rule: 'payment-amount-valid',
  must: 'an amount of gwei above 0, in quotes, with at most nine digits on either side of the dot',
  fix: "write one such as '1.5'",
};
const amount: Place = {
  rule: 'payment-amount-valid',
  must: 'a whole number of the token’s smallest unit, in quotes',
  fix: "write one such as '50000000', which is 50 of a token with six decimals",
};
const address: Place = {
  rule: 'payment-address-valid',
  must: 'an address: 0x and 40 hexadecimal digits, in quotes',
  fix: 'copy it from where it is published, with its capital letters: they are its checksum (EIP-55)',
  why: (value) =>
    looksLikeAddress(value) ? 'has a checksum that is not its own (EIP-55), so some letter or digit of it is wrong' : undefined,
};

/** Every place below `payments`. */
export const paymentPlaces: Readonly<Record<string, Place>> = {
  payments: mapWith('chains, tokens and policies', 'see docs/payments.md for an example'),
  'payments.accounts': listOf('names', 'write accounts: [main], or leave it out'),
  'payments.accounts.*': name,
  'payments.chains': mapWith('a name for each chain', 'write chains: and below it, indented, a name such as base:'),
  'payments.chains.*': {
    ...mapWith('id, rpcs and max_fee_gwei', "write {id: 8453, rpcs: [https://rpc.example.net], max_fee_gwei: '5'}"),
    name: { rule: 'payment-name-valid', of: 'of a chain', fix: 'use at most 32 lower-case letters, digits and dashes, such as base' },
  },
  'payments.chains.*.id': chainId,
  'payments.chains.*.rpcs': listOf('one to five addresses', 'write rpcs: [https://rpc.example.net]'),
  'payments.chains.*.rpcs.*': {
    rule: 'payment-rpc-valid',
    must: 'an address of http or https with no name, password or key before its path',
    fix: 'write one such as https://rpc.example.net/v2/{mykey}, where {mykey} stands for the secret payments.mykey',
    hidden: true,
  },
  'payments.chains.*.max_fee_gwei': gwei,
  'payments.chains.*.max_priority_fee_gwei': gwei,
  'payments.chains.*.confirmations': numberFrom('1 to 64', 'write a number of blocks such as 12, or leave it out'),
  'payments.chains.*.stuck_after_seconds': numberFrom('0.2 to 86400', 'write a number of seconds such as 90, or leave it out'),
  'payments.chains.*.poll_seconds': numberFrom('0.05 to 300', 'write a number of seconds such as 3, or leave it out'),
  'payments.chains.*.low_balance': {
    rule: 'payment-amount-valid',
    must: 'an amount of whole coins, in quotes',
    fix: "write one such as '0.05', or leave it out",
  },
  'payments.tokens': listOf('tokens', 'write tokens: and below it - {id: coin, chain: 8453}'),
  'payments.tokens.*': mapWith('id, chain and perhaps contract', 'write {id: coin, chain: 8453}'),
  'payments.tokens.*.id': name,
  'payments.tokens.*.chain': chainId,
  'payments.tokens.*.contract': address,
  'payments.policies': listOf('policies', 'write policies: and below it - name: household, and so on'),
  'payments.policies.*': mapWith('name, max_per_hour and allow', 'see docs/payments.md for an example'),
  'payments.policies.*.name': name,
  'payments.policies.*.people': listOf('sign-in names', 'write people: [anna]'),
  'payments.policies.*.people.*': { rule: 'wrong-type', must: 'a sign-in name', fix: 'write one such as anna' },
  'payments.policies.*.groups': listOf('groups', 'write groups: [operator]'),
  'payments.policies.*.groups.*': group,
  'payments.policies.*.account': name,
  'payments.policies.*.mode': { rule: 'wrong-word', must: 'live or dry-run', fix: 'write one of these words, or leave it out for live' },
  'payments.policies.*.max_per_hour': numberFrom('1 to 10000', 'write a number of transfers such as 10'),
  'payments.policies.*.book_after_hours': numberFrom('0 to 8760', 'write a number of hours such as 24, or leave it out'),
  'payments.policies.*.allow': listOf('one or more tokens with their limits', 'see docs/payments.md for an example'),
  'payments.policies.*.allow.*': mapWith(
    'chain, token, max_per_transfer, max_per_day and recipients',
    "write {chain: 8453, token: coin, max_per_transfer: '1', max_per_day: '1', recipients: book}",
  ),
  'payments.policies.*.allow.*.chain': chainId,
  'payments.policies.*.allow.*.token': name,
  'payments.policies.*.allow.*.max_per_transfer': amount,
  'payments.policies.*.allow.*.max_per_day': amount,
  'payments.policies.*.allow.*.recipients': {
    rule: 'wrong-word',
    must: 'any, book or a list of addresses',
    fix: 'write book to let people pay whom they have in their address book',
  },
  'payments.policies.*.allow.*.recipients.*': address,
  'payments.admins': listOf('groups', 'write admins: [admin], or leave it out'),
  'payments.admins.*': group,
};
