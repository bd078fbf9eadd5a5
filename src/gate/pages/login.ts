import { html } from 'hono/html';
import type { Html, Page } from '../../kit/page/layout.ts';

/** What the sign-in form shows. */
export interface LoginView {
  readonly csrf: string;
  readonly username: string;
  /** Where the person wanted to go; already checked. */
  readonly redirect: string | undefined;
  /** What he wanted, as he knows it: the name of an app or its host. */
  readonly destination: string | undefined;
  readonly canRemember: boolean;
  readonly isRemembered: boolean;
  /** Whether people may sign in with a passkey alone. */
  readonly canUsePasskey: boolean;
  /** Whether a forgotten password is replaced here. */
  readonly canReset: boolean;
  readonly notice?: string | undefined;
  readonly problem?: string | undefined;
}

/** The sign-in form. A problem is announced, is linked to both fields, and the cursor stands where it can be mended. */
export function loginPage(view: LoginView): Page {
  const isBad = view.problem !== undefined;
  const { destination } = view;
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
</form>
${view.canUsePasskey ? passkeyLink(view.redirect) : ''}
${view.canReset ? html`<p class="ways"><a href="/reset-password">Forgot your password?</a></p>` : ''}`,
  };
}

function passkeyLink(redirect: string | undefined): Html {
  const query = redirect === undefined ? '' : `?${new URLSearchParams({ rd: redirect }).toString()}`;
  return html`<p class="or"><span>or</span></p>
<a class="button quiet full" href="/passkey/sign-in${query}">Sign in with a passkey</a>`;
}
