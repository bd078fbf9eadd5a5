import { html } from 'hono/html';
import type { ChallengeUse } from '../second-factor/challenges.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { passkeyScript } from './passkey-script.ts';

/** A form whose answer a passkey gives. It shows itself only where the browser can run it. */
export interface PasskeyForm {
  readonly purpose: ChallengeUse['purpose'];
  readonly action: string;
  readonly csrf: string;
  readonly redirect: string | undefined;
  readonly button: string;
  readonly isQuiet?: boolean;
  readonly hasFocus?: boolean;
  /** Fields above the button. */
  readonly fields?: Html | '';
  /** What to do where there is no WebAuthn. */
  readonly otherwise: string;
}

export function passkeyForm(form: PasskeyForm): Html {
  return html`<form method="post" action="${form.action}" data-passkey="${form.purpose}" hidden>
<input type="hidden" name="csrf" value="${form.csrf}">
<input type="hidden" name="answer" value="">
${returnField(form.redirect)}
${form.fields ?? ''}
<button class="full${form.isQuiet ? ' quiet' : ''}" type="submit"${form.hasFocus ? html` autofocus` : ''}>${form.button}</button>
<p class="soft" role="status"></p>
</form>
<p class="notice" id="no-passkey" hidden>This browser cannot use passkeys. ${form.otherwise}</p>
<noscript><p class="notice">Passkeys need JavaScript, which is off in this browser. ${form.otherwise}</p></noscript>`;
}

/** Where to go on to afterwards; already checked. */
export function returnField(redirect: string | undefined): Html | '' {
  return redirect === undefined ? '' : html`<input type="hidden" name="rd" value="${redirect}">`;
}

/** What the page of signing in without a password shows. */
export interface PasskeySignInView {
  readonly csrf: string;
  readonly redirect: string | undefined;
  readonly canRemember: boolean;
  readonly problem?: string | undefined;
}

/** Signing in without a password stands on a page of its own, so that no script ever runs where passwords are typed. */
export function passkeySignInPage(view: PasskeySignInView): Page {
  const back = view.redirect === undefined ? '/' : `/?${new URLSearchParams({ rd: view.redirect }).toString()}`;
  const tick = html`<label class="tick" for="remember"><input type="checkbox" id="remember" name="remember" value="yes"> Keep me signed in on this device</label>`;
  return {
    name: view.problem === undefined ? 'Sign in with a passkey' : 'Not signed in',
    script: passkeyScript,
    body: html`<h1>Sign in with a passkey</h1>
<p class="soft">Your device or security key asks that it is you; no password is needed.</p>
${view.problem === undefined ? '' : html`<p class="notice bad" role="alert">${view.problem}</p>`}
${passkeyForm({
  purpose: 'sign-in',
  action: '/passkey/sign-in',
  csrf: view.csrf,
  redirect: view.redirect,
  button: 'Use a passkey',
  hasFocus: true,
  fields: view.canRemember ? tick : '',
  otherwise: 'Sign in with your password.',
})}
<p class="ways"><a href="${back}">Use your password instead</a></p>`,
  };
}
