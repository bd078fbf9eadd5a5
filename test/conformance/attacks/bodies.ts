import { type Attack, granted, refused, type Target } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { asClient } from './relying-party.ts';
import { csrfOf, newVisitor, ownForm } from './visitor.ts';
import type { Answer, Exchange } from './wire.ts';

/** A server that closes before all has arrived may cut the connection, which an edge tells as 502. */
const tooLarge = [413, 502, 0];

/** A true sign-in with something odd about how it is sent. */
async function sendLogin(target: Target, change: (form: URLSearchParams) => Partial<Exchange>): Promise<Answer> {
  const person = await target.newPerson();
  const visitor = newVisitor(target);
  const csrf = csrfOf((await visitor.get('/')).body) ?? '';
  const form = new URLSearchParams({ csrf, username: person.username, password: person.password });
  const { headers = {}, ...rest } = change(form);
  return visitor.send({ path: '/login', method: 'POST', ...rest, headers: { ...ownForm(target), ...headers } });
}

function odd(id: string, tried: string, status: readonly number[], change: (form: URLSearchParams) => Partial<Exchange>): Attack {
  return refused(`body.${id}`, tried, status, async (target) => outcomeOf(target, await sendLogin(target, change)));
}

function padded(bytes: number) {
  return (form: URLSearchParams): Partial<Exchange> => ({ body: `${form.toString()}&pad=${'x'.repeat(bytes)}` });
}

export const bodies: readonly Attack[] = [
  granted('body.honest', 'sends a form of usual size', [303], ['a session'], async (target) =>
    outcomeOf(target, await sendLogin(target, (form) => ({ body: form.toString() }))),
  ),
  granted('body.large', 'sends a form that is large and not too large', [303], ['a session'], async (target) =>
    outcomeOf(target, await sendLogin(target, padded(15_000))),
  ),
  odd('17k', 'sends a form of 17 KB', tooLarge, padded(17_000)),
  odd('10m', 'sends a form of 10 MB', tooLarge, padded(10_000_000)),
  odd('17k-chunked', 'does not say how long a form of 17 KB is', tooLarge, (form) => ({
    ...padded(17_000)(form),
    headers: { 'transfer-encoding': 'chunked' },
  })),
  odd('fields', 'sends thousands of fields', tooLarge, (form) => ({ body: `${form.toString()}${'&a='.repeat(6000)}` })),
  odd('json', 'sends JSON', [400, 415], (form) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(form)),
  })),
  odd('text', 'sends the form as plain text, which needs no preflight', [400, 415], (form) => ({
    headers: { 'content-type': 'text/plain' },
    body: form.toString(),
  })),
  odd('no-type', 'leaves the type away', [400, 415], (form) => ({ headers: { 'content-type': [] }, body: form.toString() })),
  odd('broken-multipart', 'sends a form whose parts never end', [400, 415], () => ({
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nadmin',
  })),
  odd('no-boundary', 'does not say how the parts are divided', [400, 415], () => ({
    headers: { 'content-type': 'multipart/form-data' },
    body: '--x--\r\n',
  })),
  odd('file', 'sends the password as a file', [400, 415], (form) => ({
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: `${['csrf', 'username'].map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${form.get(name) ?? ''}\r\n`).join('')}--x\r\nContent-Disposition: form-data; name="password"; filename="p"\r\n\r\n${form.get('password') ?? ''}\r\n--x--\r\n`,
  })),
  odd('bad-utf8', 'sends bytes that are no text', [400, 401], (form) => ({
    body: form.toString().replace(/username=[^&]*/, 'username=%ff%fe%c0%80'),
  })),
  odd('raw-bytes', 'sends bytes that are no form', [400, 403], () => ({ body: Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80]) })),
  odd('empty', 'sends nothing', [400], () => ({ body: '' })),
  odd('prototype', 'names fields after inner things', [400, 403], (form) => ({
    body: form.toString().replace('csrf=', '__proto__[csrf]=').replace('username=', 'constructor='),
  })),
  refused('body.token-10m', 'sends 10 MB to the token endpoint', [400, ...tooLarge], async (target) =>
    outcomeOf(target, await asClient(target, '/api/oidc/token', { grant_type: 'x'.repeat(10_000_000) }, target.clients.usual)),
  ),
  refused('body.token-json', 'sends JSON to the token endpoint', [400, 401, 415], async (target) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ grant_type: 'authorization_code', client_id: target.clients.native.id, code: ['a', { b: 'c' }] });
    return outcomeOf(target, await newVisitor(target).send({ path: '/api/oidc/token', method: 'POST', headers, body }));
  }),
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((method) =>
    odd(`method-${method.toLowerCase()}`, `signs in by ${method}`, [400, 404, 405, 501], (form) => ({ method, body: form.toString() })),
  ),
];
