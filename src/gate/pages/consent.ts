import { html } from 'hono/html';
import type { Person } from '../directory.ts';
import { safeText } from '../../kit/log.ts';
import type { Page } from '../../kit/page/layout.ts';

/** What the consent form shows. */
export interface ConsentView {
  readonly csrf: string;
  readonly uid: string;
  readonly client: string;
  /** Host of the address that the browser goes on to. */
  readonly destination: string;
  readonly scopes: readonly string[];
  readonly person: Person;
  /** Undefined where consents are not remembered. */
  readonly rememberDays: number | undefined;
  readonly problem?: string | undefined;
}

const words: Readonly<Record<string, string>> = {
  openid: 'Know that it is you, by a number that never changes',
  profile: 'See your name and user name',
  email: 'See your mail address',
  groups: 'See which groups you are in',
  offline_access: 'Stay signed in for you while you are away',
};

/** What a scope lets an app do. */
export function scopeWords(scope: string): string {
  return words[scope] ?? safeText(scope);
}

/** Asks whether an app may know who its visitor is. */
export function consentPage(view: ConsentView): Page {
  return {
    name: 'Allow this app?',
    body: html`<h1>Allow ${safeText(view.client)}?</h1>
<p class="soft">at <strong>${safeText(view.destination)}</strong></p>
${view.problem === undefined ? '' : html`<p class="notice bad" role="alert">${view.problem}</p>`}
<p class="notice">Signed in as <strong>${safeText(view.person.displayName)}</strong> (${safeText(view.person.username)}).</p>
<h2 id="wants">It wants to</h2>
<ul aria-labelledby="wants">${view.scopes.map((scope) => html`<li>${scopeWords(scope)}</li>`)}</ul>
<form method="post" action="/interaction/${view.uid}">
<input type="hidden" name="csrf" value="${view.csrf}">
${
  view.rememberDays === undefined
    ? ''
    : html`<label class="tick" for="remember"><input type="checkbox" id="remember" name="remember" value="yes"> Do not ask again for ${view.rememberDays} days</label>`
}
<div class="row"><button type="submit" name="decision" value="allow">Allow</button>
<button class="quiet" type="submit" name="decision" value="deny">Do not allow</button></div>
</form>`,
  };
}
