import { expect, test } from 'vitest';
import { evmPolicies, paymentsSchema } from '../../contracts/index.ts';
import { findingsOf, findingsOfPayments, sampleApp, sampleSignOn } from '../sample.ts';
import { paymentGroupKnown } from './payment-group-known.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a group that no service lets in is refused, in a policy and among the administrators', () => {
  expect(findingsOfPayments(paymentGroupKnown, { policies: [{ ...policy, groups: ['operator', 'family'] }], admins: ['admn'] })).toEqual([
    'payments.policies.0.groups.1: policy staff is for the group family, which no service of this cluster lets in; write admin, operator or viewer; or let the group in at a service, as in services.tx-gateway.groups: [operator, family]',
    'payments.admins.0: administrators are in the group admn, which no service of this cluster lets in; write admin',
  ]);
});

test('the tiers and groups that a route names pass', () => {
  expect(findingsOfPayments(paymentGroupKnown, {})).toEqual([]);
  const family = sampleApp('album', { route: { port: 'web', access: { groups: ['family'] } } });
  const payments = paymentsSchema.parse({ policies: [{ ...policy, groups: ['family'] }] });
  expect(findingsOf(paymentGroupKnown, [family], { declaration: { payments } })).toEqual([]);
});

/** What is found where `desk` decides about transfers and lets `groups` in, and an album lets family in. */
function findingsWhere(groups: readonly [string, ...string[]], parts: object): readonly string[] {
  const desk = sampleApp('desk', { needs: { policies: evmPolicies() }, route: { port: 'web', access: { groups } } });
  const album = sampleApp('album', { route: { port: 'web', access: { groups: ['family'] } } });
  const payments = paymentsSchema.parse({ policies: [policy], ...parts });
  return findingsOf(paymentGroupKnown, [sampleSignOn, desk, album], { declaration: { payments } });
}

test('a group that another service lets in, and not the one that decides about transfers, is refused: nobody of it could sign in', () => {
  expect(findingsWhere(['operator'], { policies: [{ ...policy, groups: ['family', 'viewer'] }], admins: ['admin', 'admn'] })).toEqual([
    'payments.policies.0.groups.0: policy staff is for the group family, which may not sign in at desk; write admin or operator; or let the group in there with services.desk.groups: [admin, operator, family]',
    'payments.policies.0.groups.1: policy staff is for the group viewer, which may not sign in at desk; write admin or operator; or let the group in there with services.desk.groups: [admin, operator, viewer]',
    'payments.admins.1: administrators are in the group admn, which may not sign in at desk; write admin',
  ]);
  expect(findingsWhere(['family'], { policies: [{ ...policy, groups: ['family'] }] })).toEqual([
    'payments.admins.0: administrators are in the group admin, which may not sign in at desk; write family; or let the group in there with services.desk.groups: [family, admin]',
  ]);
});

test('groups that may sign in where transfers are decided pass, with the tiers above them', () => {
  expect(findingsWhere(['operator', 'family'], { policies: [{ ...policy, groups: ['operator', 'family', 'admin'] }] })).toEqual([]);
});
