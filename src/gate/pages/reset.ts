import { html } from 'hono/html';
import { newPasswordFields, type PasswordFormView, problemOf, usernameField } from './account.ts';
import type { Page } from '../../kit/page/layout.ts';

/** Asks whose password is forgotten. */
export function askResetPage(csrf: string, username: string, problem?: string): Page {
  return {
    name: 'Forgot your password',
    body: html`<h1>Forgot your password?</h1>
<p class="soft">Tell us your user name or your mail address. A link to choose a new password comes by mail.</p>
${problemOf({ problem })}
<form method="post" action="/reset-password">
<input type="hidden" name="csrf" value="${csrf}">
<label for="username">User name or mail address</label>
<input type="text" id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="256" required autofocus${problem === undefined ? '' : html` aria-invalid="true" aria-describedby="problem"`}>
<button class="full" type="submit">Send the link</button>
</form>
<div class="row"><a class="button quiet" href="/">Back to sign-in</a></div>`,
  };
}

/** The same for everybody, whether a mail is on its way or not. */
export function resetAskedPage(minutes: number): Page {
  return {
    name: 'Look into your mail',
    body: html`<h1>Look into your mail</h1>
<p role="status">If there is an account of that name with a mail address, a link is on its way to it. It works once, within ${minutes} minutes.</p>
<p class="soft">Nothing came? Look among unwanted mail, or ask an administrator.</p>
<div class="row"><a class="button" href="/">Back to sign-in</a></div>`,
  };
}

/** Links cannot be mailed, or passwords are not changed here. */
export function askAdministratorPage(): Page {
  return {
    name: 'Forgot your password',
    body: html`<h1>Forgot your password?</h1>
<p>This cluster sends no such mails. An administrator can give you a link to choose a new password.</p>
<div class="row"><a class="button" href="/">Back to sign-in</a></div>`,
  };
}

/** What the form for a new password says, by why it is shown. */
export interface NewPasswordView extends PasswordFormView {
  readonly purpose: 'reset' | 'welcome' | 'renew';
  readonly token: string;
  readonly displayName: string;
  /** Where the person wanted to go; already checked. */
  readonly redirect: string | undefined;
}

/** Choose a password by a link. The token goes on as a hidden field, so that it stays in no address. */
export function newPasswordPage(view: NewPasswordView): Page {
  const { name, words } = {
    reset: { name: 'Choose a new password', words: `for ${view.username}. Afterwards every open session of yours ends.` },
    welcome: { name: `Welcome, ${view.displayName}`, words: `Your user name is ${view.username}. Choose a password, and you are in.` },
    renew: { name: 'Choose a new password', words: 'Your password has to be replaced before you can go on.' },
  }[view.purpose];
  return {
    name: view.problem === undefined ? name : 'Not changed',
    body: html`<h1>${name}</h1>
<p class="soft">${words}</p>
${problemOf(view)}
<form method="post" action="/reset-password/new">
<input type="hidden" name="csrf" value="${view.csrf}">
<input type="hidden" name="token" value="${view.token}">
${view.redirect === undefined ? '' : html`<input type="hidden" name="rd" value="${view.redirect}">`}
${usernameField(view.username)}
${newPasswordFields(view)}
<button class="full" type="submit">Keep this password</button>
</form>`,
  };
}

/** A link whose time is over, or that was used. */
export function worthlessLinkPage(canReset: boolean): Page {
  return {
    name: 'This link does not work',
    body: html`<h1>This link does not work</h1>
<p>Its time is over, or it was used before. ${canReset ? 'Ask for a new one.' : 'An administrator can give you a new one.'}</p>
<div class="row">${canReset ? html`<a class="button" href="/reset-password">Ask for a new link</a>` : ''}<a class="button quiet" href="/">Go to sign-in</a></div>`,
  };
}

export function passwordKeptPage(): Page {
  return {
    name: 'Your password is changed',
    body: html`<h1>Your password is changed</h1>
<p role="status">Every session that was open has ended. Sign in with the new password.</p>
<div class="row"><a class="button" href="/">Sign in</a></div>`,
  };
}
