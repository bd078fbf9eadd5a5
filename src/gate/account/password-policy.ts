/** What a new password must be; 0 as the longest is no limit. Lengths count characters as people see them. */
export interface PasswordPolicy {
  readonly shortest: number;
  readonly longest: number;
  readonly needsUpper: boolean;
  readonly needsLower: boolean;
  readonly needsDigit: boolean;
  readonly needsSpecial: boolean;
}

/** What is wrong with a new password, in a sentence for the person; undefined where nothing is. */
export function passwordProblem(policy: PasswordPolicy, password: string, username: string): string | undefined {
  const { length } = Array.from(password);
  if (length < policy.shortest) return `This password is too short: it needs at least ${policy.shortest} characters.`;
  if (policy.longest > 0 && length > policy.longest) return `This password is too long: it may have ${policy.longest} characters at most.`;
  if (password.toLowerCase() === username.toLowerCase()) return 'Your user name is no password. Choose another one.';
  const missing = kindsOf(policy)
    .filter(({ pattern }) => !pattern.test(password))
    .map(({ words }) => words);
  return missing.length === 0 ? undefined : `This password needs ${missing.join(', ')}.`;
}

/** The policy in one sentence to show beside the field. */
export function policyWords(policy: PasswordPolicy): string | undefined {
  const wishes = [
    ...(policy.shortest > 1 ? [`at least ${policy.shortest} characters`] : []),
    ...(policy.longest > 0 ? [`at most ${policy.longest} characters`] : []),
    ...kindsOf(policy).map(({ words }) => words),
  ];
  return wishes.length === 0 ? undefined : `It needs ${wishes.join(', ')}.`;
}

function kindsOf(policy: PasswordPolicy): readonly { readonly pattern: RegExp; readonly words: string }[] {
  return [
    { isNeeded: policy.needsUpper, pattern: /\p{Lu}/u, words: 'a capital letter' },
    { isNeeded: policy.needsLower, pattern: /\p{Ll}/u, words: 'a small letter' },
    { isNeeded: policy.needsDigit, pattern: /\p{Nd}/u, words: 'a digit' },
    { isNeeded: policy.needsSpecial, pattern: /[^\p{L}\p{N}]/u, words: 'a special character' },
  ].filter(({ isNeeded }) => isNeeded);
}
