import type { Person } from '../people/person.ts';
import type { PasswordLink } from '../people/link.ts';
import { colors } from './colors.ts';

/** A person as JSON for programs. */
export function personJson({ name, fullName, mail, groups, state, kind }: Person): Readonly<Record<string, unknown>> {
  return { name, fullName, mail, groups, state, kind };
}

export function linkJson(link: PasswordLink | undefined): Readonly<Record<string, unknown>> | null {
  switch (link?.kind) {
    case 'link':
      return { url: link.url, validUntil: link.validUntil.toISOString() };
    case 'page':
      return { url: link.url, validUntil: null };
    case 'none':
    case undefined:
      return null;
  }
}

/** Says how the person comes to a password. The link alone on its line can be copied or piped. */
export function printLink(link: PasswordLink, name: string): void {
  switch (link.kind) {
    case 'link':
      console.log(`${name} chooses a password here, once, until ${link.validUntil.toISOString().slice(0, 16).replace('T', ' ')} UTC:`);
      console.log(link.url);
      return;
    case 'page':
      console.log(`${name} asks for a password by mail here:`);
      console.log(link.url);
      return;
    case 'none':
      console.log(colors.yellow(`this cluster has no sign-in page; set a password with: datamancy users passwd ${name} --password-stdin`));
  }
}

export function coloredState(state: Person['state']): string {
  const paints = { active: colors.green, invited: colors.cyan, locked: colors.yellow, disabled: colors.red };
  return paints[state](state);
}
