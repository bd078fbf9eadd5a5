import { type Attack, granted, refused, type Target } from './attack.ts';
import { outcomeOfAll } from './outcome.ts';
import { newVisitor } from './visitor.ts';
import type { Answer } from './wire.ts';

/** Every place that takes a destination: as a stranger, while signing in, and as somebody who is signed in. */
async function tryEverywhere(target: Target, destination: string): Promise<readonly Answer[]> {
  const query = `rd=${encodeURIComponent(destination)}`;
  const visitor = newVisitor(target);
  const person = await target.newPerson();
  const answers = [await visitor.get(`/?${query}`), await visitor.get(`/login?${query}`), await visitor.get(`/reset-password?${query}`)];
  answers.push(await visitor.signIn(person, { rd: destination }));
  const inside = ['/', '/login', '/logout', '/second-factor', '/second-factor/totp', '/settings', '/prove'];
  for (const page of inside) answers.push(await visitor.get(`${page}?${query}`));
  answers.push(await visitor.submit('/prove', { rd: destination, password: person.password }));
  answers.push(await visitor.submit('/logout', { rd: destination }));
  return answers.map((answer) => ({ ...answer, cookies: [] }));
}

function leadsAway(id: string, tried: string, destinationOf: (target: Target) => string): Attack {
  return refused(`redirect.${id}`, tried, [200, 303], async (target) =>
    outcomeOfAll(target, await tryEverywhere(target, destinationOf(target))),
  );
}

export const openRedirect: readonly Attack[] = [
  granted('redirect.own', 'goes on to an app of the cluster', [303], ['a session'], async (target) => {
    const rd = `https://${target.apps.everybody}/x?y=1`;
    const answer = await newVisitor(target).signIn(await target.newPerson(), { rd });
    return outcomeOfAll(
      target,
      [answer],
      ...(answer.headers.location === rd ? [] : [`was led to ${answer.headers.location ?? 'nowhere'}`]),
    );
  }),
  leadsAway('foreign', 'names another site', () => 'https://evil.test/'),
  leadsAway('no-scheme', 'leaves the scheme away', () => '//evil.test/'),
  leadsAway('slash-backslash', 'writes /\\', () => '/\\evil.test/'),
  leadsAway('backslashes', 'writes two backslashes', () => '\\\\evil.test/'),
  leadsAway('backslash-in-host', 'puts a backslash before the cluster’s name', ({ domain }) => `https://evil.test\\.${domain}/`),
  leadsAway('no-slashes', 'leaves the slashes away', () => 'https:evil.test'),
  leadsAway('many-slashes', 'writes too many slashes', () => 'https:////evil.test/'),
  leadsAway('userinfo', 'puts the cluster’s name before an @', ({ domain }) => `https://auth.${domain}@evil.test/`),
  leadsAway('userinfo-password', 'puts the cluster’s name where a password stands', ({ domain }) => `https://x:auth.${domain}@evil.test/`),
  leadsAway('credentials', 'sends credentials to an app of the cluster', ({ apps }) => `https://user:pass@${apps.everybody}/`),
  leadsAway('tab', 'hides a tab in the scheme', () => 'ht\ttps://evil.test/'),
  leadsAway('newline', 'hides a line break before the host', () => 'https:/\n/evil.test/'),
  leadsAway('header', 'ends the header with a line break', ({ domain }) => `https://auth.${domain}/\r\nX-Injected: yes`),
  leadsAway('leading-space', 'begins with a space', () => ' https://evil.test/'),
  leadsAway('control', 'begins with a control character', () => '\u0001https://evil.test/'),
  leadsAway('ideographic-dot', 'writes the dot of another script', ({ domain }) => `https://evil。test/.${domain}`),
  leadsAway('wide-slash', 'writes wide slashes', ({ domain }) => `https://evil.test／.${domain}／`),
  leadsAway('javascript', 'names a script', () => 'javascript:alert(1)'),
  leadsAway('javascript-host', 'names a script that looks like an address', ({ domain }) => `javascript://auth.${domain}/%0aalert(1)`),
  leadsAway('data', 'names a document', () => 'data:text/html,<script>alert(1)</script>'),
  leadsAway('blob', 'names a document of the portal', ({ portal }) => `blob:${portal}/x`),
  leadsAway('plain-http', 'leaves TLS', ({ apps }) => `http://${apps.everybody}/`),
  leadsAway('suffix', 'ends like the domain', ({ domain }) => `https://evil${domain}/`),
  leadsAway('prefix', 'begins like the domain', ({ domain }) => `https://auth.${domain}.evil.test/`),
  leadsAway('double-encoded', 'encodes the address twice', () => 'https%3A%2F%2Fevil.test%2F'),
  leadsAway('encoded-host', 'encodes a slash in the host', ({ domain }) => `https://evil.test%2f.${domain}/`),
  leadsAway('null', 'hides a null', ({ domain }) => `https://evil.test\u0000.${domain}/`),
  leadsAway('relative', 'is a path that a browser takes for a host', () => '/%09/evil.test'),
  leadsAway('fragment', 'puts the domain into the fragment', ({ domain }) => `https://evil.test#.${domain}`),
  leadsAway('query', 'puts the domain into the query', ({ domain }) => `https://evil.test?.${domain}`),
];
