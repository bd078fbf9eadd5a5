import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** At most three dashes, because each may also come as an underscore, and all of these are taken off what visitors send. */
const headerName = /^(?:X|Remote)(?:-[A-Za-z0-9]+){1,3}$/;

export const identityHeaderValid: Rule = {
  id: 'identity-header-valid',
  why: 'the edge takes these headers off every request, so one that means something else would be lost',
  check: ({ services }) =>
    services.flatMap(({ name, access }) =>
      Object.values(access?.kind === 'edge' ? access.identity : {})
        .filter((header) => !headerName.test(header))
        .map((header) =>
          about(
            name,
            `it wants to be told who asks in ${JSON.stringify(header)}, which is no header for that`,
            'use a name such as X-Remote-User',
          ),
        ),
    ),
};
