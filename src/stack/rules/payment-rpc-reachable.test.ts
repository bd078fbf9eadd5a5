import { expect, test } from 'vitest';
import { paymentsSchema } from '../../contracts/index.ts';
import { findingsOfPayments, sampleStack } from '../sample.ts';
import { paymentRpcReachable } from './payment-rpc-reachable.ts';

const chain = { id: 8453, max_fee_gwei: '5' };

const hosts = ['localhost', 'localhost.', 'node.localhost', '127.0.0.1', '0.0.0.0', '[::1]', '[::]', '[::ffff:7f00:1]'];

test.each(hosts)('a node at %s is refused, because a container has no other in it', (host) => {
  expect(findingsOfPayments(paymentRpcReachable, { chains: { base: { ...chain, rpcs: [`http://${host}:8545`] } } })).toEqual([
    `payments.chains.base.rpcs.0: ${host} is the container itself, where no node runs; write the address that this machine has in its network, and let the node listen there`,
  ]);
});

test('an address of IPv4 written as one of IPv6 is read as what it is', () => {
  const refused = findingsOfPayments(paymentRpcReachable, { chains: { base: { ...chain, rpcs: ['http://[::ffff:127.0.0.1]:8545'] } } });
  expect(refused).toHaveLength(1);
});

test('a node elsewhere passes', () => {
  const rpcs = ['http://192.0.2.7:8545', 'http://[::ffff:192.0.2.7]:8545', 'http://[2001:db8::1]:8545', 'http://notlocalhost:8545'];
  expect(findingsOfPayments(paymentRpcReachable, { chains: { base: { ...chain, rpcs } } })).toEqual([]);
});

test('a node on the machine itself passes where services are processes of it', () => {
  const payments = paymentsSchema.parse({ chains: { base: { ...chain, rpcs: ['http://localhost:8545'] } } });
  const stack = sampleStack([], { declaration: { payments } });
  const inProcess = { ...stack, placement: { ...stack.placement, runtime: 'process' as const } };
  expect(paymentRpcReachable.check(inProcess, { catalog: {}, machine: {} })).toEqual([]);
});
