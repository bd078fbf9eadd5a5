import { html, raw } from 'hono/html';
import type { Page } from '../../kit/page/layout.ts';
import { returnField } from './passkey.ts';
import { removeForm } from './remove-form.ts';

/** Setting up an authenticator app. */
export interface TotpView {
  readonly csrf: string;
  readonly redirect: string | undefined;
  /** Whether an app is set up already, which the new one would replace. */
  readonly hasOne: boolean;
  /** Drawn by our own library: markup, not text. */
  readonly qr: string;
  readonly uri: string;
  readonly secret: string;
  /** The secret, closed, as it travels through the form. */
  readonly sealed: string;
  readonly problem?: string | undefined;
}

export function totpPage(view: TotpView): Page {
  const bad = view.problem === undefined ? '' : html` aria-invalid="true" aria-describedby="problem"`;
  return {
    name: 'Authenticator app',
    body: html`<h1>Authenticator app</h1>
${view.hasOne ? html`<p class="notice">An app is set up. A new one takes its place once its first code was right.</p>${removeForm(view.csrf, '/settings/totp/remove', 'Remove the app')}` : ''}
<ol class="steps">
<li>Scan this with the app, or <a href="${view.uri}">open it on this device</a>.
<div class="qr" role="img" aria-label="QR code with the key below">${raw(view.qr)}</div>
<p class="soft">Or type the key: <code>${(view.secret.match(/.{1,4}/g) ?? []).join(' ')}</code></p></li>
<li>Type the code that it shows.
${view.problem === undefined ? '' : html`<p class="notice bad" role="alert" id="problem">${view.problem}</p>`}
<form method="post" action="/settings/totp">
<input type="hidden" name="csrf" value="${view.csrf}"><input type="hidden" name="sealed" value="${view.sealed}">${returnField(view.redirect)}
<label for="code">Code</label>
<input class="code" type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required${bad}${view.problem === undefined ? '' : html` autofocus`}>
<button class="full" type="submit">Set up</button>
</form></li></ol>
<p class="ways"><a href="/settings">Settings</a></p>`,
  };
}
