import { html } from 'hono/html';
import type { CookieSettings } from '../config.ts';
import type { Person } from '../directory.ts';
import { safeText } from '../../kit/log.ts';
import type { Html, Page } from '../../kit/page/layout.ts';

function message(name: string, body: Html): Page {
  return { name, body: html`<h1>${name}</h1>${body}` };
}

function signedInAs(person: Person | undefined): Html | '' {
  if (!person) return '';
  return html`<p class="notice">Signed in as <strong>${safeText(person.displayName)}</strong> (${safeText(person.username)}).</p>`;
}

function waysOut(person: Person | undefined, cookie: CookieSettings): Html {
  return html`<div class="row"><a class="button" href="${cookie.portalUrl}">Your apps</a>${
    person ? html`<a class="button quiet" href="${cookie.portalUrl}logout">Sign out</a>` : ''
  }</div>`;
}

/** Signed in, but not in a group that may enter. */
export function forbiddenPage(person: Person | undefined, cookie: CookieSettings): Page {
  return message(
    'This app is not open to you',
    html`<p>It is for members of another group. An administrator can add you to it, or you can sign in as somebody else.</p>
${signedInAs(person)}${waysOut(person, cookie)}`,
  );
}

/** The address was banned, whoever it is that asks. */
export function bannedPage(address: string): Page {
  return message(
    'Your address is shut out for now',
    html`<p>Requests from <strong>${safeText(address)}</strong> looked like an attack, so nothing here answers them. Your account is not affected, and the ban ends by itself some hours after the last of them.</p>
<p>If this was you by mistake: try another network, such as your telephone's. An administrator lifts the ban with <code>cscli decisions delete --ip ${safeText(address)}</code> in the unit crowdsec.</p>`,
  );
}

/** Sessions or people cannot be read at the moment. */
export function unavailablePage(): Page {
  return message(
    'Sign-in is away for a moment',
    html`<p role="status">The part of the cluster that knows who you are does not answer right now. It comes back by itself: wait a little, then load this page again.</p>
<p class="soft">Your password is fine, and nothing was counted against you.</p>`,
  );
}

/** Second factors and consents cannot be read at the moment. */
export function recordsUnavailablePage(): Page {
  return message(
    'Second factors are away for a moment',
    html`<p role="status">The part of the cluster that keeps them does not answer right now. It comes back by itself: wait a little, then load this page again.</p>
<p class="soft">What asks for your password only goes on as ever.</p>`,
  );
}

export function plainPage(name: string, words: string, portalUrl?: string): Page {
  return message(
    name,
    html`<p>${words}</p>${portalUrl === undefined ? '' : html`<div class="row"><a class="button" href="${portalUrl}">Go to sign-in</a></div>`}`,
  );
}
