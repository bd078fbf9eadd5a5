import { type Attack, granted, refused, type Target } from './attack.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Filled, type ProtectedForm, protectedForms } from './protected-forms.ts';
import { csrfOf, newVisitor } from './visitor.ts';

/** A form that another site makes a browser send. */
interface Forgery {
  readonly id: string;
  readonly how: string;
  /** What the forged form has in place of the true field; the true one where absent. */
  readonly csrf?: (target: Target) => Promise<string>;
  readonly headers?: (target: Target) => Readonly<Record<string, string>>;
}

const forgeries: readonly Forgery[] = [
  { id: 'no-token', how: 'without the field that protects it', csrf: async () => Promise.resolve('') },
  { id: 'foreign-token', how: 'with the field of another browser', csrf: async (target) => fieldOfStranger(target) },
  { id: 'cross-site', how: 'from another site', headers: () => ({ 'sec-fetch-site': 'cross-site' }) },
  { id: 'origin', how: 'with the origin of another site', headers: () => ({ origin: 'https://evil.test' }) },
];

/** One check stands before all forms, so its finer points are tried on two of them. */
const finerForgeries: readonly Forgery[] = [
  { id: 'made-up-token', how: 'with a made-up field', csrf: async () => Promise.resolve('a'.repeat(43)) },
  { id: 'same-site', how: 'from an app of the cluster', headers: () => ({ 'sec-fetch-site': 'same-site' }) },
  { id: 'origin-app', how: 'with the origin of an app', headers: ({ apps }) => ({ origin: `https://${apps.everybody}` }) },
  { id: 'origin-prefix', how: 'with an origin that only begins like ours', headers: ({ portal }) => ({ origin: `${portal}.evil.test` }) },
  { id: 'origin-plain', how: 'with our name over plain http', headers: ({ portalHost }) => ({ origin: `http://${portalHost}` }) },
];

async function fieldOfStranger(target: Target): Promise<string> {
  return csrfOf((await newVisitor(target).get('/')).body) ?? '';
}

async function post(target: Target, form: ProtectedForm, forgery: Partial<Forgery>): Promise<Outcome> {
  const filled = await form.fill(target);
  const own = await fieldOf(filled);
  const csrf = forgery.csrf ? await forgery.csrf(target) : own;
  const answer = await filled.visitor.post(filled.action, { ...filled.fields, csrf }, forgery.headers?.(target));
  return outcomeOf(target, answer, ...(await filled.effect(answer)));
}

async function byLink(target: Target, form: ProtectedForm): Promise<Outcome> {
  const filled = await form.fill(target);
  const csrf = await fieldOf(filled);
  const answer = await filled.visitor.get(`${filled.action}?${new URLSearchParams({ ...filled.fields, csrf }).toString()}`);
  return outcomeOf(target, answer, ...(await filled.effect(answer)));
}

async function fieldOf({ visitor, page }: Filled): Promise<string> {
  const csrf = csrfOf((await visitor.get(page)).body);
  if (csrf === undefined) throw new Error(`${page} shows no form`);
  return csrf;
}

export const crossSite: readonly Attack[] = protectedForms.flatMap((form, index) => [
  granted(`csrf.${form.id}.honest`, `${form.what} by the portal's own form`, form.status, form.gains, async (target) =>
    post(target, form, {}),
  ),
  ...[...forgeries, ...(index < 2 ? finerForgeries : [])].map((forgery) =>
    refused(`csrf.${form.id}.${forgery.id}`, `${form.what} by a form sent ${forgery.how}`, [403], async (target) =>
      post(target, form, forgery),
    ),
  ),
  refused(`csrf.${form.id}.link`, `${form.what} by a link`, [200, 303, 403, 404, 405], async (target) => byLink(target, form)),
]);
