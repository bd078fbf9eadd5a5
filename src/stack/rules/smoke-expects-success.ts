import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const smokeExpectsSuccess: Rule = {
  id: 'smoke-expects-success',
  why: 'a first use that ought to fail proves nothing, and calls a broken service sound',
  check: ({ services }) =>
    services.flatMap(({ name, service: { smoke } }) => {
      const status = smoke && 'path' in smoke ? (smoke.expect.status ?? 200) : 200;
      return status >= 500 ? [about(name, `its smoke test expects the status ${status}`, 'expect what a working service answers')] : [];
    }),
};
