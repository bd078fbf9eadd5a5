import { passwordPolicy } from '../contracts/index.ts';
import { isEmail, patterns } from '../stack/names.ts';
import { isSame, shown, unknownGroupFix } from './find.ts';
import type { Draft, People } from './person.ts';

export interface DraftProblem {
  readonly what: string;
  readonly fix: string;
}

const longestName = 100;

/** Everything that keeps this person from being added, beside a name that is taken. */
export function problemsOf({ name, mail, fullName, groups, password }: Draft, { people, groups: known }: People): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  if (!patterns.person.test(name)) {
    const fix = 'use a lower-case letter, then a-z, 0-9, dots, dashes or underscores, 63 in all; names that begin with datamancy- are kept';
    problems.push({ what: `${shown(name)} is no name to sign in with`, fix });
  }
  if (!isEmail(mail)) problems.push({ what: `${shown(mail)} is no mail address`, fix: 'write it like anna@example.org' });
  const sharer = people.find((person) => person.kind === 'person' && isSame(person.mail, mail) && !isSame(person.name, name));
  if (sharer) {
    const fix = 'give each person an own address: one can sign in with it';
    problems.push({ what: `${mail} is the address of ${sharer.name} already`, fix });
  }
  if (!isFullName(fullName)) {
    problems.push({ what: `${shown(fullName)} is no full name`, fix: `use 1 to ${longestName} characters without line breaks` });
  }
  for (const group of groups.filter((one) => !known.some((candidate) => candidate.name === one)))
    problems.push({ what: `there is no group ${shown(group)}`, fix: unknownGroupFix(known, group) });
  const weak = password === undefined ? undefined : whyWeak(password);
  if (weak) problems.push(weak);
  return problems;
}

/** Why the directory would refuse this password; undefined where it takes it. */
export function whyWeak(password: string): DraftProblem | undefined {
  if (password.length < passwordPolicy.minLength)
    return { what: `the password has fewer than ${passwordPolicy.minLength} characters`, fix: 'choose a longer one' };
  if (password.length > 256) return { what: 'the password has more than 256 characters', fix: 'choose a shorter one' };
  // slapd would store such a value as it is, unchecked, or refuse it.
  if (/^\{[^}]+\}/.test(password)) return { what: 'the password begins like a digest, as in {SSHA}', fix: 'give the password itself' };
  return undefined;
}

/** Takes the capitals out of what is no matter of capitals, and spaces out of the ends. */
export function tidied(draft: Draft): Draft {
  const mail = draft.mail.trim();
  return {
    ...draft,
    name: draft.name.trim(),
    mail: mail.replace(/@[^@]*$/, (domain) => domain.toLowerCase()),
    fullName: draft.fullName.trim() || draft.name.trim(),
    groups: [...new Set(draft.groups)].toSorted(),
  };
}

function isFullName(text: string): boolean {
  return text.length > 0 && text.length <= longestName && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/u.test(text);
}
