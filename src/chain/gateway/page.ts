import { html } from 'hono/html';
import { safeText } from '../../kit/log.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import type { Refusal } from '../answer.ts';
import type { Allowance, Person, Policy } from './policy.ts';
import { payeeOf, type Transfer } from './transfers.ts';

/** What a person is shown who signed in: the token, what it opens, and what was done last. */
export interface TokenView {
  readonly token: string;
  readonly person: Person;
  readonly policy: Policy | undefined;
  readonly isHalted: boolean;
  readonly transfers: readonly Transfer[];
  /** The public address, without a trailing slash. */
  readonly url: string;
}

export function tokenPage({ token, person, policy, isHalted, transfers, url }: TokenView): Page {
  return {
    name: 'Your token',
    isWide: true,
    body: html`<h1>Your token</h1>
<p class="soft">It speaks for ${safeText(person.name)} for an hour. Give it to your programs, and to nobody else.</p>
${isHalted ? html`<p class="notice bad" role="status">An administrator has stopped all transfers for now.</p>` : ''}
<label for="token">Token</label>
<textarea id="token" rows="6" readonly spellcheck="false">${token}</textarea>
<h2>What you may transfer</h2>
${policy ? html`${allowances(policy)}` : html`<p class="notice">Nothing: no policy names you or one of your groups. Whoever runs the cluster can write one.</p>`}
<h2>Your last transfers</h2>
${transfers.length === 0 ? html`<p class="soft">None so far.</p>` : html`<ul class="list">${transfers.map(transferItem)}</ul>`}
<h2>How a program transfers</h2>
<pre><code>curl ${url}/v1/transfers \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Idempotency-Key: one-for-each-transfer' \\
  -H 'Content-Type: application/json' \\
  -d '${example(policy)}'</code></pre>
<p class="soft">The same key with the same body is the same transfer, however often it is sent.</p>
<div class="row"><a class="button quiet" href="/login">New token</a></div>`,
  };
}

/** What stood against a sign-in, to whoever sits before the browser. */
export function refusalPage({ message, fix }: Refusal): Page {
  return {
    name: 'You are not signed in here',
    body: html`<h1>You are not signed in here</h1>
<p>${sentence(message)} ${sentence(fix)}</p>
<div class="row"><a class="button" href="/login">Sign in</a></div>`,
  };
}

function allowances({ allow, mode, max_per_hour: mostPerHour }: Policy): Html {
  return html`<ul class="list">${allow.map(allowanceItem)}</ul>
<p class="soft">At most ${mostPerHour} transfers an hour. Amounts are in the token’s smallest unit.${
    mode === 'dry-run' ? ' This is a dry run: all is decided and written down, and nothing is paid.' : ''
  }</p>`;
}

function allowanceItem({ token, chain, max_per_transfer: most, max_per_day: mostPerDay, recipients }: Allowance): Html {
  const whom =
    recipients === 'any'
      ? 'to anybody'
      : recipients === 'book'
        ? 'to your address book'
        : html`to ${recipients.map((one) => html`<code>${one}</code> `)}`;
  return html`<li><div><strong>${token}</strong> on chain ${chain}
<p class="soft">up to ${inGroups(most)} at once and ${inGroups(mostPerDay)} in a day, ${whom}</p></div></li>`;
}

function transferItem({ token, chain, amount, recipient, state, progress, reason, createdAt }: Transfer): Html {
  const at = new Date(createdAt).toISOString();
  const to = payeeOf({ state, recipient });
  return html`<li><div><strong>${inGroups(amount)} ${token}</strong> on chain ${chain}${to === undefined ? '' : html` to <code>${to}</code>`}
<p class="soft"><time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time> · ${progress ?? state}${reason === '' ? '' : html` · ${reason}`}</p></div></li>`;
}

function example(policy: Policy | undefined): string {
  const { chain, token } = policy?.allow[0] ?? { chain: 1, token: 'coin' };
  return JSON.stringify({ chain, token, to: 'name-in-your-address-book', amount: '1000' });
}

function inGroups(amount: bigint): string {
  return amount.toLocaleString('en-US').replaceAll(',', ' ');
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
