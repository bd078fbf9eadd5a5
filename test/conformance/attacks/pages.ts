import { type Attack, refused, type Target } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { newVisitor, type Visitor } from './visitor.ts';
import type { Answer } from './wire.ts';

const hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>';

const outside = ['/', '/login', '/nothing-here', '/reset-password'];
const inside = [
  '/',
  '/logout',
  '/settings',
  '/settings/totp',
  '/settings/passkeys',
  '/settings/recovery',
  '/settings/sessions',
  '/settings/password',
];

/** Looks at every page, as a stranger and as a person, for a header that does not hold. */
function everyPage(id: string, tried: string, holds: (answer: Answer) => boolean): Attack {
  return refused(`pages.${id}`, tried, [200], async (target) => {
    const visitor = newVisitor(target);
    const bad = await badPages(visitor, outside, holds);
    await visitor.signIn(await target.newPerson());
    bad.push(...(await badPages(visitor, inside, holds)));
    return { status: (await visitor.get('/')).status, gains: bad };
  });
}

async function badPages(visitor: Visitor, pages: readonly string[], holds: (answer: Answer) => boolean): Promise<string[]> {
  const bad: string[] = [];
  for (const page of pages) {
    const answer = await visitor.get(page);
    // A redirect shows nothing.
    if (answer.status !== 303 && !holds(answer)) bad.push(`${page} (${answer.status})`);
  }
  return bad;
}

function escaped(id: string, tried: string, ask: (target: Target, visitor: Visitor) => Promise<Answer>): Attack {
  return refused(`pages.${id}`, tried, [200, 302, 303, 400, 401, 403, 404], async (target) =>
    outcomeOf(target, await ask(target, newVisitor(target))),
  );
}

function policyOf({ headers }: Answer): string {
  return String(headers['content-security-policy'] ?? '');
}

/** Nothing is admitted unless it says so, and scripts only by their digest or from the portal itself. */
function admitsOwnScriptsOnly(policy: string): boolean {
  const directives = new Map(policy.split(';').map((one) => [one.trim().split(' ')[0] ?? '', one.trim().split(' ').slice(1)]));
  const scripts = directives.get('script-src') ?? ["'none'"];
  return (
    directives.get('default-src')?.join() === "'none'" &&
    directives.get('base-uri')?.join() === "'none'" &&
    scripts.every((source) => /^'(?:none|self|sha256-[^']+|nonce-[^']+)'$/.test(source))
  );
}

export const pages: readonly Attack[] = [
  everyPage('framed', 'shows a page within his own', (answer) => {
    return /frame-ancestors 'none'/.test(policyOf(answer)) && answer.headers['x-frame-options'] === 'DENY';
  }),
  everyPage('scripts', 'lets a page run his script', (answer) => admitsOwnScriptsOnly(policyOf(answer))),
  everyPage('cached', 'reads a page from a cache', ({ headers }) => /no-store/.test(String(headers['cache-control']))),
  everyPage('sniffed', 'lets a browser guess what a page is', ({ headers }) => headers['x-content-type-options'] === 'nosniff'),
  everyPage('referrer', 'reads addresses of the portal from the referrer', ({ headers }) => headers['referrer-policy'] === 'no-referrer'),
  everyPage('opener', 'keeps a handle on the window of a page', ({ headers }) => headers['cross-origin-opener-policy'] === 'same-origin'),
  everyPage('cors', 'reads a page from another site', ({ headers }) => headers['access-control-allow-origin'] === undefined),
  escaped('name', 'writes markup into the name', async (_, visitor) => visitor.signIn({ username: hostile, password: 'x' })),
  escaped('destination', 'writes markup into the destination', async ({ apps }, visitor) =>
    visitor.get(`/?rd=${encodeURIComponent(`https://${apps.everybody}/${hostile}`)}`),
  ),
  escaped('path', 'writes markup into the path', async (_, visitor) => visitor.get(`/${encodeURIComponent(hostile)}`)),
  escaped('query', 'writes markup into a query', async (_, visitor) => visitor.get(`/?signed-out=${encodeURIComponent(hostile)}`)),
  escaped('agent', 'writes markup into the name of his browser', async (target, visitor) => {
    visitor.cookies.clear();
    const person = await target.newPerson();
    await visitor.submit('/', { ...person }, { action: '/login', headers: { 'user-agent': hostile } });
    return visitor.get('/settings/sessions');
  }),
  escaped('app', 'writes markup into the address of an app', async ({ apps }, visitor) =>
    visitor.opens(apps.everybody, {}, `/${encodeURIComponent(hostile)}`),
  ),
];
