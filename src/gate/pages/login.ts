import { html } from 'hono/html';
import type { Page } from './layout.ts';

/** What the sign-in form shows. */
export interface LoginView {
  readonly csrf: string;
  readonly username: string;
  /** Where the person wanted to go; already checked. */
  readonly redirect: string | undefined;
  readonly canRemember: boolean;
  readonly isRemembered: boolean;
  readonly notice?: string | undefined;
  readonly problem?: string | undefined;
}

/** The sign-in form. A problem is announced, is linked to both fields, and the cursor stands where it can be mended. */
export function loginPage(view: LoginView): Page {
  const isBad = view.problem !== undefined;
  const destination = view.redirect === undefined ? undefined : new URL(view.redirect).host;
  const linked = isBad ? html` aria-invalid="true" aria-describedby="problem"` : '';
  return {
    name: isBad ? 'Not signed in' : 'Sign in',
    body: html`<h1>Sign in</h1>
${destination === undefined ? html`<p class="soft">One account for everything here.</p>` : html`<p class="soft">to go on to <strong>${destination}</strong></p>`}
${view.notice === undefined ? '' : html`<p class="notice" role="status">${view.notice}</p>`}
${isBad ? html`<p class="notice bad" role="alert" id="problem">${view.problem}</p>` : ''}
<form method="post" action="/login">
<input type="hidden" name="csrf" value="${view.csrf}">
${view.redirect === undefined ? '' : html`<input type="hidden" name="rd" value="${view.redirect}">`}
<label for="username">User name</label>
<input type="text" id="username" name="username" value="${view.username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="256" required${linked}${view.username === '' ? html` autofocus` : ''}>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" maxlength="1024" required${linked}${view.username === '' ? '' : html` autofocus`}>
${
  view.canRemember
    ? html`<label class="tick" for="remember"><input type="checkbox" id="remember" name="remember" value="yes"${view.isRemembered ? html` checked` : ''}> Keep me signed in on this device</label>`
    : ''
}
<button class="full" type="submit">Sign in</button>
</form>`,
  };
}
