import { html } from 'hono/html';
import type { Html, Page } from '../../kit/page/layout.ts';

/** What a page with a form about passwords shows beside its fields. */
export interface PasswordFormView {
  readonly csrf: string;
  /** Whose password it is, in the directory's spelling. */
  readonly username: string;
  /** What a new password needs, in a sentence. */
  readonly policy: string | undefined;
  readonly problem?: string | undefined;
  /** Which field the problem is about, so that the cursor stands there. */
  readonly problemField?: 'former' | 'password' | undefined;
}

/** Change the password while knowing the old one. */
export function changePasswordPage(view: PasswordFormView, notice?: string): Page {
  const isFormerWrong = view.problemField === 'former';
  return {
    name: view.problem === undefined ? 'Change your password' : 'Not changed',
    body: html`<h1>Change your password</h1>
<p class="soft">Afterwards you stay signed in here, and every other session of yours ends.</p>
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
${problemOf(view)}
<form method="post" action="/settings/password">
<input type="hidden" name="csrf" value="${view.csrf}">
${usernameField(view.username)}
<label for="former">Your password now</label>
<input type="password" id="former" name="former" autocomplete="current-password" maxlength="1024" required${isFormerWrong ? wrong : ''}${view.problemField === 'password' ? '' : html` autofocus`}>
${newPasswordFields(view)}
<button class="full" type="submit">Change password</button>
</form>
<div class="row"><a class="button quiet" href="/settings">Back to settings</a></div>`,
  };
}

/** The announced problem that fields refer to. */
export function problemOf({ problem }: Pick<PasswordFormView, 'problem'>): Html | '' {
  return problem === undefined ? '' : html`<p class="notice bad" role="alert" id="problem">${problem}</p>`;
}

/** Tells a password manager whose password it is about to keep. */
export function usernameField(username: string): Html {
  return html`<input name="username" value="${username}" autocomplete="username" readonly hidden>`;
}

/** A new password, twice, with what it needs. */
export function newPasswordFields(view: PasswordFormView): Html {
  const isWrong = view.problemField === 'password';
  const linked = isWrong ? wrong : view.policy === undefined ? '' : html` aria-describedby="policy"`;
  return html`<label for="password">New password</label>
<input type="password" id="password" name="password" autocomplete="new-password" maxlength="1024" required${linked}${isWrong ? html` autofocus` : ''}>
${view.policy === undefined ? '' : html`<p class="soft" id="policy">${view.policy}</p>`}
<label for="again">The new password once more</label>
<input type="password" id="again" name="again" autocomplete="new-password" maxlength="1024" required${isWrong ? wrong : ''}>`;
}

const wrong = html` aria-invalid="true" aria-describedby="problem"`;
