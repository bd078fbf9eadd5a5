import { type Attack, granted, type Login, refused } from './attack.ts';
import { outcomeOf } from './outcome.ts';
import { newVisitor } from './visitor.ts';

/** Signs in with a name that is none, and the true password of a person who exists. */
function name(id: string, tried: string, spell: (login: Login) => string): Attack {
  return refused(`injection.${id}`, tried, [400, 401], async (target) => {
    const person = await target.newPerson();
    return outcomeOf(target, await newVisitor(target).signIn({ ...person, username: spell(person) }));
  });
}

function password(id: string, tried: string, spell: (login: Login) => string): Attack {
  return refused(`injection.${id}`, tried, [400, 401], async (target) => {
    const person = await target.newPerson();
    return outcomeOf(target, await newVisitor(target).signIn({ ...person, password: spell(person) }));
  });
}

export const injection: readonly Attack[] = [
  granted('injection.honest', 'signs in with the very name', [303], ['a session'], async (target) =>
    outcomeOf(target, await newVisitor(target).signIn(await target.newPerson())),
  ),
  name('any', 'asks for anybody', () => '*'),
  name('prefix', 'asks for anybody whose name begins so', ({ username }) => `${username.slice(0, -1)}*`),
  name('close-filter', 'ends the filter and begins another', () => '*)(uid=*'),
  name('or', 'adds an alternative', ({ username }) => `${username})(|(uid=*`),
  name('and-class', 'adds a condition that always holds', ({ username }) => `${username})(objectClass=*`),
  name('true', 'adds a filter that is always true', ({ username }) => `${username})(&)`),
  name('password-attribute', 'asks the filter about passwords', ({ username }) => `${username})(userPassword=*`),
  name('escaped-star', 'escapes the star himself', () => '\\2a'),
  name('escaped-name', 'escapes a letter of the name', ({ username }) => `\\${username.charCodeAt(0).toString(16)}${username.slice(1)}`),
  name('null', 'ends the name with a null', ({ username }) => `${username}\u0000`),
  name('null-filter', 'ends the filter with a null', ({ username }) => `${username})\u0000`),
  name('escaped-null', 'ends the name with an escaped null', ({ username }) => `${username}\\00`),
  name('dn', 'gives a distinguished name', ({ username }) => `uid=${username},ou=people,dc=example,dc=org`),
  name('dn-tail', 'adds to the distinguished name', ({ username }) => `${username},ou=people`),
  name('placeholder', 'gives a placeholder of the filter', () => '{input}'),
  name('homoglyph', 'writes a letter of another script', ({ username }) => username.replace('e', '\u0435')),
  name('soft-hyphen', 'hides a soft hyphen in the name', ({ username }) => `${username.slice(0, 1)}\u00ad${username.slice(1)}`),
  name('zero-width', 'hides a character without width', ({ username }) => `${username.slice(0, 1)}\u200b${username.slice(1)}`),
  name('combining', 'adds an accent', ({ username }) => `${username}\u0301`),
  name('comma', 'gives two names', ({ username }) => `${username},admin`),
  name('array', 'gives a list', ({ username }) => `["${username}"]`),
  password('empty-password', 'signs in with an empty password, which a directory may take for nobody', () => ''),
  password('null-password', 'adds a null to the password', ({ password: own }) => `${own}\u0000`),
  password('star-password', 'gives a star for the password', () => '*'),
  password('hash-password', 'gives a password in the form it is kept', () => '{CLEARTEXT}x'),
  refused('injection.two-names', 'sends the name twice', [400, 401], async (target) => {
    const person = await target.newPerson();
    const visitor = newVisitor(target);
    const csrf = /name="csrf" value="([^"]+)"/.exec((await visitor.get('/')).body)?.[1] ?? '';
    const fields = new URLSearchParams({ csrf, username: person.username, password: person.password });
    fields.append('username', 'admin');
    const answer = await visitor.send({
      path: '/login',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: target.portal },
      body: fields.toString(),
    });
    return outcomeOf(target, answer);
  }),
];
