import { expect, test } from 'vitest';
import { relay } from '../../contracts/index.ts';
import { optional } from '../../service/index.ts';
import { findingsOf, sampleProvider } from '../sample.ts';
import { mailRelayEffective } from './mail-relay-effective.ts';

const mail = { host: 'smtp.example.net', port: 587, user: 'anna', from: 'cluster@example.org' };
const postfix = sampleProvider('postfix', 'smtp', 587);
const relaying = { ...postfix, needs: { relay: optional(relay()) } };

test('a mail server outside beside one in the cluster that does not send through it is refused', () => {
  expect(findingsOf(mailRelayEffective, [postfix], { declaration: { mail } })).toEqual([
    'mail: mail has no effect here: postfix takes the cluster’s mail and asks for no relay; take the whole of mail out of cluster.yaml, and postfix sends by itself; or let postfix ask for optional(relay())',
  ]);
});

test('an authority that nobody reads is refused', () => {
  const declaration = { mail: { ...mail, authority: 'a certificate' } };
  expect(findingsOf(mailRelayEffective, [], { declaration })).toEqual([
    'mail: its authority has no effect here: services that mail by a server outside trust public authorities alone; leave authority out; or add a mail server, which knows the authority: datamancy add mailserver',
  ]);
  expect(findingsOf(mailRelayEffective, [relaying], { declaration })).toEqual([]);
});

test('either of the two passes, and a mail server that sends through the one outside', () => {
  expect(findingsOf(mailRelayEffective, [], { declaration: { mail } })).toEqual([]);
  expect(findingsOf(mailRelayEffective, [postfix])).toEqual([]);
  expect(findingsOf(mailRelayEffective, [relaying], { declaration: { mail } })).toEqual([]);
});
