import type { Login, Target } from './attack.ts';
import { type Careful, codeOf, giveCode, hiddenFields, keyOn, newCareful, withPassword } from './factors.ts';
import { authorize, codeRequest } from './relying-party.ts';
import { newVisitor, type Visitor } from './visitor.ts';
import type { Answer } from './wire.ts';

/** A person before a form, with all that his browser would send with it. */
export interface Filled {
  readonly visitor: Visitor;
  /** The page with the form. */
  readonly page: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What came of the post that should not have. */
  readonly effect: (answer: Answer) => Promise<readonly string[]>;
}

/** A form of the portal that changes something. */
export interface ProtectedForm {
  readonly id: string;
  readonly what: string;
  readonly fill: (target: Target) => Promise<Filled>;
  /** What an honest post brings. */
  readonly gains: readonly string[];
  /** How an honest post is answered. */
  readonly status: readonly number[];
}

const chosen = 'a password that somebody else chose';

/** Pages of a careful person's account. */
function ofAccount(
  form: Omit<ProtectedForm, 'fill'>,
  fill: (careful: Careful, target: Target) => Omit<Filled, 'visitor'> | Promise<Omit<Filled, 'visitor'>>,
): ProtectedForm {
  return {
    ...form,
    fill: async (target) => {
      const careful = await newCareful(target);
      return { visitor: careful.visitor, ...(await fill(careful, target)) };
    },
  };
}

export const protectedForms: readonly ProtectedForm[] = [
  {
    id: 'login',
    what: 'signing in',
    status: [303],
    gains: ['a session'],
    fill: async (target) => {
      const { username, password } = await target.newPerson();
      return { visitor: newVisitor(target), page: '/', action: '/login', fields: { username, password }, effect: none };
    },
  },
  {
    id: 'logout',
    what: 'signing out',
    status: [303],
    gains: ['the victim is signed out'],
    fill: async (target) => {
      const visitor = await withPassword(target, await target.newPerson());
      const effect = async () => ((await visitor.opens(target.apps.everybody)).status === 200 ? [] : ['the victim is signed out']);
      return { visitor, page: '/logout', action: '/logout', fields: {}, effect };
    },
  },
  {
    id: 'second-factor',
    what: 'giving a code',
    status: [303],
    gains: ['a session', 'a second factor'],
    fill: async (target) => {
      const { person, key } = await newCareful(target);
      const visitor = await withPassword(target, person);
      const effect = async () => ((await visitor.opens(target.apps.secondFactor)).status === 200 ? ['a second factor'] : []);
      return { visitor, page: '/second-factor', action: '/second-factor/totp', fields: { code: codeOf(key) }, effect };
    },
  },
  {
    id: 'consent',
    what: 'consenting',
    status: [303],
    gains: ['a code'],
    fill: async (target) => {
      const visitor = await withPassword(target, await target.newPerson());
      const shown = await authorize(target, visitor, codeRequest(target.clients.asking).parameters);
      const action = /action="(\/interaction\/[^"]+)"/.exec(shown.body)?.[1] ?? '/interaction/none';
      const effect = async ({ headers, status }: Answer) => {
        const next = status === 303 && headers.location ? await visitor.get(headers.location) : undefined;
        return next?.headers.location?.includes('code=') ? ['a code'] : [];
      };
      return { visitor, page: action, action, fields: { decision: 'allow' }, effect };
    },
  },
  {
    id: 'end-session',
    what: 'signing out at the wish of an app',
    status: [303],
    gains: ['the victim is signed out'],
    fill: async (target) => {
      const visitor = await withPassword(target, await target.newPerson());
      const effect = async () => ((await visitor.opens(target.apps.everybody)).status === 200 ? [] : ['the victim is signed out']);
      return { visitor, page: '/api/oidc/end-session', action: '/api/oidc/end-session/confirm', fields: {}, effect };
    },
  },
  {
    id: 'set-up-app',
    what: 'setting up an app',
    status: [200, 303],
    gains: ['a session', 'an app'],
    fill: async (target) => {
      const visitor = await withPassword(target, await target.newPerson());
      const page = (await visitor.get('/settings/totp')).body;
      const { csrf: _csrf, ...sealed } = hiddenFields(page, '/settings/totp');
      const effect = async () => ((await visitor.get('/settings')).body.includes('Is set up') ? ['an app'] : []);
      return { visitor, page: '/settings/totp', action: '/settings/totp', fields: { ...sealed, code: codeOf(keyOn(page)) }, effect };
    },
  },
  ofAccount({ id: 'remove-app', what: 'removing an app', status: [303], gains: ['no app any more'] }, ({ visitor }) => ({
    page: '/settings/totp',
    action: '/settings/totp/remove',
    fields: {},
    effect: async () => ((await visitor.get('/settings')).body.includes('Is set up') ? [] : ['no app any more']),
  })),
  ofAccount({ id: 'new-codes', what: 'making recovery codes', status: [200], gains: ['other codes'] }, ({ person, recovery }, target) => ({
    page: '/settings/recovery',
    action: '/settings/recovery',
    fields: {},
    effect: async () => {
      const visitor = await withPassword(target, person);
      return (await giveCode(visitor, recovery[0] ?? '', 'recovery')).status === 303 ? [] : ['other codes'];
    },
  })),
  ofAccount(
    { id: 'password', what: 'changing the password', status: [303], gains: ['a session', 'another password'] },
    ({ person }, target) => ({
      page: '/settings/password',
      action: '/settings/password',
      fields: { former: person.password, password: chosen, again: chosen },
      effect: async () => await getsIn(target, { ...person, password: chosen }),
    }),
  ),
  ofAccount(
    { id: 'sessions', what: 'ending other sessions', status: [303], gains: ['the other browser is out'] },
    async ({ person }, target) => {
      const other = await withPassword(target, person);
      return {
        page: '/settings/sessions',
        action: '/settings/sessions',
        fields: { end: 'others' },
        effect: async () => ((await other.opens(target.apps.everybody)).status === 200 ? [] : ['the other browser is out']),
      };
    },
  ),
  ofAccount({ id: 'prove', what: 'proving oneself again', status: [303], gains: ['a session'] }, ({ person }) => ({
    page: '/prove',
    action: '/prove',
    fields: { password: person.password },
    effect: none,
  })),
  {
    id: 'passkey-options',
    what: 'asking for a challenge',
    status: [200],
    gains: ['a challenge'],
    fill: async (target) => ({
      visitor: newVisitor(target),
      page: '/passkey/sign-in',
      action: '/passkey/options',
      fields: { purpose: 'sign-in' },
      effect: async ({ body }) => await Promise.resolve(body.includes('"challenge"') ? ['a challenge'] : []),
    }),
  },
];

async function none(): Promise<readonly string[]> {
  return await Promise.resolve([]);
}

async function getsIn(target: Target, login: Login): Promise<readonly string[]> {
  return (await newVisitor(target).signIn(login)).status === 303 ? ['another password'] : [];
}
