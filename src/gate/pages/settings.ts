import { html } from 'hono/html';
import type { Person } from '../directory.ts';
import { safeText } from '../../kit/log.ts';
import type { PasskeyRecord, SecondFactors } from '../records.ts';
import { fewRecoveryCodes } from '../second-factor/recovery.ts';
import type { Html, Page } from '../../kit/page/layout.ts';
import { passkeyForm } from './passkey.ts';
import { passkeyScript } from './passkey-script.ts';
import { removeForm } from './remove-form.ts';

/** What a person sees of his account; no factors while the records cannot be read. */
export interface SettingsView {
  readonly person: Person;
  readonly factors: SecondFactors | undefined;
  readonly allowed: { readonly totp: boolean; readonly passkey: boolean };
  /** Whether applications can ask this server who somebody is. */
  readonly hasApplications: boolean;
}

export function settingsPage({ person, factors, allowed, hasApplications }: SettingsView): Page {
  return {
    name: 'Settings',
    isWide: true,
    body: html`<h1>Your account</h1>
<p class="soft">${safeText(person.displayName)} · ${safeText(person.username)}${person.email === '' ? '' : html` · ${safeText(person.email)}`}</p>
${person.groups.length === 0 ? '' : html`<ul class="groups" aria-label="Your groups">${person.groups.map((group) => html`<li>${safeText(group)}</li>`)}</ul>`}
<h2>Second factors</h2>
${factors === undefined ? html`<p class="notice" role="status">They cannot be read right now. Load this page again in a moment.</p>` : factorList(factors, allowed)}
<h2>Sign-in</h2>
<ul class="list">
${fact('Password', 'What you sign in with', '/settings/password', 'Change')}
${fact('Sessions', 'Where you are signed in', '/settings/sessions', 'Show')}
${hasApplications ? fact('Applications', 'What may know who you are', '/settings/applications', 'Show') : ''}
</ul>
<div class="row"><a class="button" href="/">Your apps</a><a class="button quiet" href="/logout">Sign out</a></div>`,
  };
}

function factorList({ totp, passkeys, recoveryCodesLeft }: SecondFactors, allowed: SettingsView['allowed']): Html {
  const hasAny = totp || passkeys.length > 0;
  const keys = passkeys.length === 1 ? 'One is set up' : `${passkeys.length} are set up`;
  return html`${hasAny ? '' : html`<p class="soft">With one of these a stolen password alone opens nothing that asks for more.</p>`}
<ul class="list">
${allowed.passkey || passkeys.length > 0 ? fact('Passkeys', passkeys.length === 0 ? 'None yet' : keys, '/settings/passkeys', passkeys.length === 0 ? 'Add' : 'Manage') : ''}
${allowed.totp || totp ? fact('Authenticator app', totp ? 'Is set up' : 'Not set up', '/settings/totp', totp ? 'Manage' : 'Set up') : ''}
${hasAny ? fact('Recovery codes', codesLeft(recoveryCodesLeft), '/settings/recovery', 'Manage') : ''}
</ul>
${hasAny && recoveryCodesLeft < fewRecoveryCodes ? html`<p class="notice" role="status">You have ${codesLeft(recoveryCodesLeft)}. Make new ones before you need them.</p>` : ''}`;
}

function codesLeft(count: number): string {
  return count === 0 ? 'no recovery code left' : `${count} recovery code${count === 1 ? '' : 's'} left`;
}

function fact(name: string, state: string, href: string, verb: string): Html {
  return html`<li><div><strong>${name}</strong><p class="soft">${state}</p></div><a class="button quiet" href="${href}" aria-label="${verb}: ${name}">${verb}</a></li>`;
}

/** A person's passkeys and the form for one more. */
export interface PasskeysView {
  readonly csrf: string;
  readonly redirect: string | undefined;
  readonly passkeys: readonly PasskeyRecord[];
  readonly canAdd: boolean;
  readonly problem?: string | undefined;
}

export function passkeysPage(view: PasskeysView): Page {
  const field = html`<label for="name">Name of the passkey</label>
<input type="text" id="name" name="name" maxlength="40" placeholder="My phone" autocomplete="off">`;
  return {
    name: 'Passkeys',
    ...(view.canAdd ? { script: passkeyScript } : {}),
    body: html`<h1>Passkeys</h1>
<p class="soft">Your phone, your computer or a security key, instead of a code and even of a password.</p>
${view.problem === undefined ? '' : html`<p class="notice bad" role="alert">${view.problem}</p>`}
${view.passkeys.length === 0 ? '' : html`<ul class="list">${view.passkeys.map((passkey) => passkeyItem(view.csrf, passkey))}</ul>`}
${
  view.canAdd
    ? passkeyForm({
        purpose: 'enrol',
        action: '/settings/passkeys',
        csrf: view.csrf,
        redirect: view.redirect,
        button: 'Add a passkey',
        fields: field,
        otherwise: 'Use another browser to add one.',
      })
    : ''
}
<p class="ways"><a href="/settings">Settings</a></p>`,
  };
}

function passkeyItem(csrf: string, { id, name, createdAt, usedAt }: PasskeyRecord): Html {
  const used = usedAt === undefined ? 'not used yet' : html`last used ${day(usedAt)}`;
  return html`<li><div><strong>${safeText(name)}</strong><p class="soft">added ${day(createdAt)}, ${used}</p></div>${removeForm(csrf, '/settings/passkeys/remove', `Remove ${safeText(name)}`, id)}</li>`;
}

function day(at: number): Html {
  const text = new Date(at).toISOString().slice(0, 10);
  return html`<time datetime="${text}">${text}</time>`;
}

/** How many recovery codes are left, and the way to new ones. */
export function recoveryPage(csrf: string, left: number): Page {
  return {
    name: 'Recovery codes',
    body: html`<h1>Recovery codes</h1>
<p>Each lets you in once when you have none of your second factors at hand. You have ${codesLeft(left)}.</p>
<form method="post" action="/settings/recovery"><input type="hidden" name="csrf" value="${csrf}">
<button class="full" type="submit">Make ten new codes</button></form>
<p class="soft">The old ones are worth nothing from then on.</p>
<p class="ways"><a href="/settings">Settings</a></p>`,
  };
}

/** New recovery codes, this once. */
export function newCodesPage(codes: readonly string[], goOn: string): Page {
  return {
    name: 'Recovery codes',
    body: html`<h1>Your recovery codes</h1>
<p role="status">Write these down or print them: they are shown only now. Each lets you in once when you have none of your second factors at hand.</p>
<ol class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
<div class="row"><a class="button" href="${goOn}">I have kept them</a></div>`,
  };
}
