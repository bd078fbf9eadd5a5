import { expect, test } from 'vitest';
import { addressField, amountText } from './evm-fields.ts';

/** The examples of EIP-55 itself (https://eips.ethereum.org/EIPS/eip-55). */
const addresses = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
];

test.each(addresses)('%s is an address, in lower case too, and always the same one', (address) => {
  expect(addressField.parse(address)).toBe(address);
  expect(addressField.parse(address.toLowerCase())).toBe(address);
});

test.each([
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
  '0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe',
  '5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
  '',
])('%s is none', (text) => {
  expect(addressField.safeParse(text).success).toBe(false);
});

test.each(['0', '1', `${2n ** 256n - 1n}`])('%s is an amount', (text) => {
  expect(amountText.parse(text)).toBe(text);
});

test.each(['1.5', '-1', '1e3', ' 1', '', '01', '0x1', `${2n ** 256n}`, '9'.repeat(100)])('%j is no amount', (text) => {
  expect(amountText.safeParse(text).success).toBe(false);
});
