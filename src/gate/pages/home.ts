import { html, raw } from 'hono/html';
import type { Person } from '../directory.ts';
import { safeText } from '../../kit/log.ts';
import type { PortalApp } from '../portal-apps.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { drawSigil } from '../../kit/page/sigil.ts';

/** Where a signed-in person lands: who he is, his groups, the apps he may open. */
export function homePage(person: Person, apps: readonly PortalApp[], notice?: string): Page {
  const name = safeText(person.displayName);
  return {
    name: 'Home',
    isWide: true,
    body: html`<div class="who"><span class="disc" aria-hidden="true">${Array.from(name)[0]?.toUpperCase() ?? '?'}</span>
<div><h1>Welcome, ${name}</h1><p class="soft">Signed in as ${safeText(person.username)}${person.email === '' ? '' : html` · ${safeText(person.email)}`}</p></div></div>
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
${person.groups.length === 0 ? '' : html`<ul class="groups" aria-label="Your groups">${person.groups.map((group) => html`<li>${safeText(group)}</li>`)}</ul>`}
${appList(apps)}
<div class="row"><a class="button quiet" href="/settings">Settings</a><a class="button quiet" href="/logout">Sign out</a></div>`,
  };
}

function appList(apps: readonly PortalApp[]): Html | '' {
  if (apps.length === 0) return '';
  const items = apps.map(
    (app) => html`<li><a href="${app.url}">${raw(drawSigil(app.title))}<span><strong>${app.title}</strong>${app.summary}</span></a></li>`,
  );
  return html`<h2 id="apps">Your apps</h2><ul class="apps" aria-labelledby="apps">${items}</ul>`;
}

/** Asks before signing out: a link alone never ends a session. */
export function logoutPage(csrf: string, person: Person | undefined): Page {
  if (!person) {
    return {
      name: 'Signed out',
      body: html`<h1>You are signed out</h1><p class="soft">Nobody is signed in here.</p><div class="row"><a class="button" href="/">Sign in</a></div>`,
    };
  }
  return {
    name: 'Sign out',
    body: html`<h1>Sign out?</h1><p>You are signed in as <strong>${safeText(person.displayName)}</strong>. Afterwards every app here asks who you are again.</p>
<div class="row"><form method="post" action="/logout"><input type="hidden" name="csrf" value="${csrf}"><button type="submit">Sign out</button></form>
<a class="button quiet" href="/">Stay signed in</a></div>`,
  };
}
