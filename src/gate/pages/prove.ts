import { html } from 'hono/html';
import { problemOf, usernameField } from './account.ts';
import type { Page } from '../../kit/page/layout.ts';

/** What the page that asks for the password once more shows. */
export interface ProveView {
  readonly csrf: string;
  readonly username: string;
  readonly displayName: string;
  /** Where the person goes on to; already checked. */
  readonly redirect: string | undefined;
  /** Where a passkey is asked instead; undefined for a person who has none. */
  readonly passkeyPlace: string | undefined;
  readonly problem?: string | undefined;
}

/** Asks who is at the keyboard before anything is changed. */
export function provePage(view: ProveView): Page {
  const linked = view.problem === undefined ? '' : html` aria-invalid="true" aria-describedby="problem"`;
  return {
    name: 'Is it you?',
    body: html`<h1>Is it you, ${view.displayName}?</h1>
<p class="soft">Your password once more, before you see or change what keeps your account safe.</p>
${problemOf(view)}
<form method="post" action="/prove">
<input type="hidden" name="csrf" value="${view.csrf}">
${view.redirect === undefined ? '' : html`<input type="hidden" name="rd" value="${view.redirect}">`}
${usernameField(view.username)}
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" maxlength="1024" required autofocus${linked}>
<button class="full" type="submit">Go on</button>
</form>
<div class="row">${view.passkeyPlace === undefined ? '' : html`<a class="button quiet" href="${view.passkeyPlace}">Use your passkey</a>`}<a class="button quiet" href="/">Back</a></div>`,
  };
}
