import { html } from 'hono/html';
import type { SecondFactors } from '../records.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { passkeyForm, returnField } from './passkey.ts';
import { passkeyScript } from './passkey-script.ts';

/** What a person is asked for besides his password. */
export interface SecondFactorView {
  readonly csrf: string;
  readonly redirect: string | undefined;
  /** The app that asks, where it is one. */
  readonly destination: string | undefined;
  readonly factors: SecondFactors;
  /** Which of several stands first. */
  readonly first: 'totp' | 'webauthn' | undefined;
  readonly problem?: { readonly method: 'totp' | 'passkey' | 'recovery'; readonly words: string } | undefined;
}

/** Asks for one of the factors that this person enrolled; a wrong answer is told of at the form it came from. */
export function secondFactorPage(view: SecondFactorView): Page {
  const { factors, destination } = view;
  const hasPasskeys = factors.passkeys.length > 0;
  const passkeyFirst = hasPasskeys && (!factors.totp || view.first === 'webauthn');
  const forms = [factors.totp ? codeForm(view, !passkeyFirst) : '', hasPasskeys ? keyForm(view, passkeyFirst) : ''];
  const [first, second] = passkeyFirst ? forms.toReversed() : forms;
  return {
    name: view.problem === undefined ? 'Second factor' : 'Not confirmed',
    ...(hasPasskeys ? { script: passkeyScript } : {}),
    body: html`<h1>Confirm that it is you</h1>
<p class="soft">${destination === undefined ? 'Give your second factor.' : html`to go on to <strong>${destination}</strong>`}</p>
${first}
${first !== '' && second !== '' ? html`<p class="or"><span>or</span></p>` : ''}
${second}
${factors.recoveryCodesLeft > 0 ? recoveryForm(view) : ''}
<p class="ways"><a href="/logout">Sign out</a></p>`,
  };
}

function problemOf(view: SecondFactorView, method: 'totp' | 'passkey' | 'recovery'): Html | '' {
  return view.problem?.method === method ? html`<p class="notice bad" role="alert" id="problem">${view.problem.words}</p>` : '';
}

function linked(view: SecondFactorView, method: 'totp' | 'recovery'): Html | '' {
  return view.problem?.method === method ? html` aria-invalid="true" aria-describedby="problem"` : '';
}

function codeForm(view: SecondFactorView, isFirst: boolean): Html {
  const hasFocus = view.problem === undefined ? isFirst : view.problem.method === 'totp';
  return html`${problemOf(view, 'totp')}<form method="post" action="/second-factor/totp">
<input type="hidden" name="csrf" value="${view.csrf}">${returnField(view.redirect)}
<label for="code">Code from your authenticator app</label>
<input class="code" type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required${linked(view, 'totp')}${hasFocus ? html` autofocus` : ''}>
<button class="full${isFirst ? '' : ' quiet'}" type="submit">Confirm</button>
</form>`;
}

function keyForm(view: SecondFactorView, isFirst: boolean): Html {
  return html`${problemOf(view, 'passkey')}${passkeyForm({
    purpose: 'second-factor',
    action: '/second-factor/passkey',
    csrf: view.csrf,
    redirect: view.redirect,
    button: 'Use a passkey',
    isQuiet: !isFirst,
    hasFocus: isFirst && view.problem === undefined,
    otherwise: view.factors.totp || view.factors.recoveryCodesLeft > 0 ? 'Take another way on this page.' : 'Use another browser.',
  })}`;
}

function recoveryForm(view: SecondFactorView): Html {
  const isBad = view.problem?.method === 'recovery';
  return html`<details${isBad ? html` open` : ''}><summary>Use a recovery code</summary>
${problemOf(view, 'recovery')}<form method="post" action="/second-factor/recovery">
<input type="hidden" name="csrf" value="${view.csrf}">${returnField(view.redirect)}
<label for="recovery">One of the codes you wrote down</label>
<input class="code" type="text" id="recovery" name="code" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="32" required${linked(view, 'recovery')}${isBad ? html` autofocus` : ''}>
<button class="full quiet" type="submit">Confirm</button>
</form></details>`;
}

/** What a person is shown who has no second factor yet and needs one. */
export interface EnrolView {
  readonly redirect: string | undefined;
  readonly destination: string | undefined;
  /** What the configuration lets people enrol. */
  readonly allowed: { readonly totp: boolean; readonly passkey: boolean };
}

export function enrolPage({ redirect, destination, allowed }: EnrolView): Page {
  const query = redirect === undefined ? '' : `?${new URLSearchParams({ rd: redirect }).toString()}`;
  return {
    name: 'Second factor',
    body: html`<h1>A second factor is needed</h1>
<p>${destination ?? 'What you want to open'} asks for more than a password, and you have set up nothing else yet.</p>
${
  allowed.totp || allowed.passkey
    ? html`<div class="stack">${allowed.passkey ? html`<a class="button" href="/settings/passkeys${query}">Add a passkey</a>` : ''}
${allowed.totp ? html`<a class="button${allowed.passkey ? ' quiet' : ''}" href="/settings/totp${query}">Set up an authenticator app</a>` : ''}</div>
<p class="soft">A passkey is your phone, your computer or a security key. An authenticator app shows a new code twice a minute.</p>`
    : html`<p class="notice">This cluster lets nobody set one up. An administrator can change that.</p>`
}
<p class="ways"><a href="/">Your apps</a> · <a href="/logout">Sign out</a></p>`,
  };
}
