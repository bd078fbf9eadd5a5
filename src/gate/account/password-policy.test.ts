import { describe, expect, it } from 'vitest';
import { type PasswordPolicy, passwordProblem, policyWords } from './password-policy.ts';

const lax: PasswordPolicy = { shortest: 1, longest: 0, needsUpper: false, needsLower: false, needsDigit: false, needsSpecial: false };
const strict: PasswordPolicy = { shortest: 8, longest: 12, needsUpper: true, needsLower: true, needsDigit: true, needsSpecial: true };

describe('the password policy', () => {
  it.each([
    ['short', 'This password is too short: it needs at least 8 characters.'],
    ['🙂🙂🙂🙂🙂🙂🙂', 'This password is too short: it needs at least 8 characters.'],
    ['much too long a password', 'This password is too long: it may have 12 characters at most.'],
    ['ALICE-SMITH', 'Your user name is no password. Choose another one.'],
    ['lowercase', 'This password needs a capital letter, a digit, a special character.'],
    ['UPPERCASE', 'This password needs a small letter, a digit, a special character.'],
    ['Žluťoučký 1', undefined],
  ])('says of %j: %s', (password, problem) => {
    expect(passwordProblem(strict, password, 'alice-smith')).toBe(problem);
  });

  it('asks for nothing but a password that is not the name where it is switched off', () => {
    expect(passwordProblem(lax, 'x', 'alice')).toBeUndefined();
    expect(passwordProblem(lax, '', 'alice')).toMatch(/too short/);
    expect(passwordProblem(lax, 'Alice', 'alice')).toMatch(/user name/);
  });

  it('is told beforehand', () => {
    expect(policyWords(lax)).toBeUndefined();
    expect(policyWords(strict)).toBe(
      'It needs at least 8 characters, at most 12 characters, a capital letter, a small letter, a digit, a special character.',
    );
  });
});
