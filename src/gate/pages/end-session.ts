import { html } from 'hono/html';
import type { Person } from '../directory.ts';
import { safeText } from '../../kit/log.ts';
import type { Page } from '../../kit/page/layout.ts';

/** What the form shows that an app sends its visitors to when they sign out there. */
export interface EndSessionView {
  readonly csrf: string;
  readonly person: Person;
  /** Title of the app that asked; undefined where it did not say who it is. */
  readonly client: string | undefined;
  /** What the app asked with, to be checked again. */
  readonly fields: Readonly<Record<string, string>>;
  readonly problem?: string | undefined;
}

/** Asks before an app's sign-out ends the session of all apps. */
export function endSessionPage(view: EndSessionView): Page {
  return {
    name: 'Sign out',
    body: html`<h1>Sign out everywhere?</h1>
${view.problem === undefined ? '' : html`<p class="notice bad" role="alert">${view.problem}</p>`}
<p>${view.client === undefined ? 'An app' : html`<strong>${safeText(view.client)}</strong>`} asks to sign you out. You are signed in as <strong>${safeText(view.person.displayName)}</strong>; afterwards every app here asks who you are again.</p>
<div class="row"><form method="post" action="/api/oidc/end-session/confirm">
<input type="hidden" name="csrf" value="${view.csrf}">
${Object.entries(view.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Sign out</button></form>
<a class="button quiet" href="/">Stay signed in</a></div>`,
  };
}
