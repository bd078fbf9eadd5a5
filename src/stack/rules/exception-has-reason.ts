import type { Allow } from '../../service/index.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const exceptionHasReason: Rule = {
  id: 'exception-has-reason',
  why: 'an exception whose reason nobody knows is never taken back',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      reasonsOf(service.allow ?? {})
        .filter(({ reason }) => reason.trim().split(/\s+/).length < 3)
        .map(({ what }) => about(name, `it is allowed ${what} without a reason`, 'say in a few words why it cannot do without')),
    ),
};

function reasonsOf({
  writableRoot,
  privileges,
  floatingTag,
  capabilities = {},
}: Allow): readonly { readonly what: string; readonly reason: string }[] {
  return [
    ...(writableRoot === undefined ? [] : [{ what: 'a writable root', reason: writableRoot }]),
    ...(privileges === undefined ? [] : [{ what: 'new privileges', reason: privileges }]),
    ...(floatingTag === undefined ? [] : [{ what: 'a tag that moves', reason: floatingTag }]),
    ...Object.entries(capabilities).map(([what, reason]) => ({ what, reason })),
  ];
}
