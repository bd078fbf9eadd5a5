import { zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import { policiesSchema } from '../../contracts/evm-payments.ts';
import { createTheme, renderDocument } from '../../kit/page/layout.ts';
import { tokenPage } from './page.ts';
import { policiesOf } from './policy.ts';
import { type Transfer, viewTransfer } from './transfers.ts';

const evil = '"><script>alert(1)</script>';
const escaped = '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;';
const somebody = '0x00000000000000000000000000000000000A11cE';

const denied: Transfer = {
  id: 'id-of-transfer',
  person: 'id-of-ada',
  digest: '',
  chain: 8453,
  token: 'usdc',
  recipient: zeroAddress,
  amount: 1_234_567n,
  account: 'main',
  contract: undefined,
  state: 'denied',
  status: 403,
  code: 'recipient',
  reason: `the address book has no ${evil}`,
  payment: undefined,
  progress: undefined,
  hash: undefined,
  createdAt: Date.UTC(2026, 10, 21, 9, 30),
  updatedAt: 0,
};

const limits = { chain: 8453, max_per_transfer: '50000000', max_per_day: '200000000' };
const allow = [
  { ...limits, token: 'usdc', recipients: 'book' },
  { ...limits, token: 'coin', recipients: [somebody] },
];
const { policies } = policiesOf(policiesSchema.parse({ policies: [{ name: 'staff', mode: 'dry-run', max_per_hour: 7, allow }] }));

/** The page of somebody whose name and token are as bad as can be. */
async function show(transfers: readonly Transfer[]): Promise<string> {
  const person = { id: 'id-of-ada', name: `ada${evil}`, groups: [] };
  const view = { token: `token${evil}`, person, policy: policies[0], isHalted: true, transfers, url: 'https://tx.example.org' };
  return String(await renderDocument(createTheme('example.org'), tokenPage(view)));
}

test('the page shows the policy, the halt and what was denied, and none of it as markup', async () => {
  const shown = await show([denied]);
  expect(shown).not.toContain('<script');
  for (const text of [
    `It speaks for ada${escaped} for an hour`,
    `>token${escaped}</textarea>`,
    'An administrator has stopped all transfers for now.',
    'up to 50 000 000 at once and 200 000 000 in a day, to your address book',
    `to <code>${somebody}</code>`,
    'At most 7 transfers an hour.',
    'This is a dry run',
    '<strong>1 234 567 usdc</strong> on chain 8453',
    '2026-11-21 09:30 UTC',
    `denied · the address book has no ${escaped}`,
  ]) {
    expect(shown).toContain(text);
  }
});

test('a transfer that was denied because nobody has that name is shown as one to nobody', async () => {
  expect(await show([denied])).not.toContain(zeroAddress);
  expect(viewTransfer(denied)).not.toHaveProperty('to');
});

test('whom a transfer pays is shown, and the zero address too where that was meant', async () => {
  for (const one of [{ ...denied, recipient: somebody, reason: '' } as const, { ...denied, state: 'paid', reason: '' } as const]) {
    expect(await show([one])).toContain(`on chain 8453 to <code>${one.recipient}</code>`);
    expect(viewTransfer(one)).toMatchObject({ to: one.recipient });
  }
});
