import { describe, expect, it } from 'vitest';
import { isUsableName } from './directory.ts';

describe('names of people and groups', () => {
  it.each(['alice', 'Žižková', 'app users', 'a-b_c.d'])('%j can be used', (name) => {
    expect(isUsableName(name)).toBe(true);
  });

  it.each(['', 'viewer,admin', 'a\nb', 'a\u0000', 'a\u202eb', 'a\u2028b', 'x'.repeat(257)])(
    'are not used when they could pose as others in a header or a log: %j',
    (name) => {
      expect(isUsableName(name)).toBe(false);
    },
  );
});
