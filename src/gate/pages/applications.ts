import { html, raw } from 'hono/html';
import { safeText } from '../../kit/log.ts';
import type { Application } from '../oidc/applications.ts';
import { scopeWords } from './consent.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { drawSigil } from '../../kit/page/sigil.ts';
import { timeFrom } from './time.ts';

/** Every application that may know who somebody is, each with a button to take that back. `now` in milliseconds. */
export function applicationsPage(csrf: string, applications: readonly Application[], now: number, notice?: string): Page {
  return {
    name: 'Your applications',
    isWide: true,
    body: html`<h1>Your applications</h1>
<p class="soft">What you let know who you are. What you withdraw ends at once, and asks you again the next time.</p>
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
${
  applications.length === 0
    ? html`<p class="notice">None yet. An application that asks whether it may know who you are stands here once you allowed it.</p>`
    : html`<ul class="list">${applications.map((application) => item(csrf, application, now))}</ul>`
}
<p class="soft hint">What an application knows already, it keeps. Apps of this cluster that ask you nothing stand here only while they work without you; the others end with your <a href="/settings/sessions">sessions</a>.</p>
<div class="row"><a class="button quiet" href="/settings">Back to settings</a></div>`,
  };
}

function item(csrf: string, application: Application, now: number): Html {
  const title = safeText(application.title);
  return html`<li class="application">${raw(drawSigil(title))}<div><strong>${title}</strong>
<p class="soft">${facts(application, now)}</p>
${application.isTrusted ? html`<p class="soft">The cluster lets it in without a question.</p>` : ''}
<ul aria-label="What ${title} may do">${application.scopes.map((scope) => html`<li>${scopeWords(scope)}</li>`)}</ul></div>
<form method="post" action="/settings/applications"><input type="hidden" name="csrf" value="${csrf}"><button class="quiet" type="submit" name="withdraw" value="${application.id}" aria-label="Withdraw what ${title} may do">Withdraw</button></form></li>`;
}

/** Since when, until when. */
function facts({ since, remembered, away, isTrusted }: Application, now: number): Html {
  const parts = [
    ...(since === undefined ? [] : [html`${isTrusted ? 'signed in' : 'allowed'} ${timeFrom(now, since)}`]),
    ...(remembered === undefined ? [] : [html`asks again ${timeFrom(now, remembered)}`]),
    ...(away === undefined ? [] : [html`ends ${timeFrom(now, away)} if it is not used`]),
    ...(remembered === undefined && away === undefined ? [html`until you sign out`] : []),
  ];
  return html`${parts.map((part, index) => (index === 0 ? part : html` · ${part}`))}`;
}
