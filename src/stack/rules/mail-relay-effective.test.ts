import { expect, test } from 'vitest';
import { findingsOf, sampleProvider } from '../sample.ts';
import { mailRelayEffective } from './mail-relay-effective.ts';

const declaration = { mail: { host: 'smtp.example.net', port: 587, user: 'anna', from: 'cluster@example.org' } };
const postfix = sampleProvider('postfix', 'smtp', 587);

test('a mail server outside beside one in the cluster is refused', () => {
  expect(findingsOf(mailRelayEffective, [postfix], { declaration })).toEqual([
    'mail: mail has no effect here: postfix takes the cluster’s mail; remove mail, and set the relay in postfix',
  ]);
});

test('either of the two passes', () => {
  expect(findingsOf(mailRelayEffective, [], { declaration })).toEqual([]);
  expect(findingsOf(mailRelayEffective, [postfix])).toEqual([]);
});
