import { describe, expect, it } from 'vitest';
import { escapeFilterValue, fillFilter } from './ldap-filter.ts';

describe('search filters', () => {
  it('escape what has a meaning in them', () => {
    expect(escapeFilterValue('*)(uid=*\\\u0000')).toBe('\\2a\\29\\28uid=\\2a\\5c\\00');
    expect(escapeFilterValue('\u0085')).toBe('\\c2\\85');
    expect(escapeFilterValue('Žižková')).toBe('Žižková');
  });

  it('fill placeholders once, so that a value cannot bring its own', () => {
    const filled = fillFilter(
      '(&({username_attribute}={input})(member={dn}))',
      { input: '{dn}', dn: 'uid=a,ou=x' },
      { username_attribute: 'uid' },
    );
    expect(filled).toBe('(&(uid={dn})(member=uid=a,ou=x))');
  });

  it('escape the values that they are filled with', () => {
    expect(fillFilter('(uid={input})', { input: '*)(uid=*' }, {})).toBe('(uid=\\2a\\29\\28uid=\\2a)');
  });
});
