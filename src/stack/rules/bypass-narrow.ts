import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Whole segments of a path, and none that another reader would take for something else. */
const narrow = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;

export const bypassNarrow: Rule = {
  id: 'bypass-narrow',
  why: 'a path that covers more than it seems to opens the app to everybody',
  check: ({ services }) =>
    services.flatMap(({ name, access }) =>
      (access?.kind === 'edge' ? access.bypass : [])
        .filter(({ path }) => !narrow.test(path))
        .map(({ path }) =>
          about(
            name,
            `the sign-on is bypassed at ${JSON.stringify(path)}, which is no plain path below the root`,
            'name the one path, such as /api/v1/push',
          ),
        ),
    ),
};
