import type { FinalContent } from '../service/index.ts';
import { json } from '../service/index.ts';
import { groupsOf } from '../stack/access.ts';
import type { ResolvedStack } from '../stack/stack.ts';

/** The apps of the landing page after sign-in: everything with an address but the sign-on server itself. No groups means everybody. */
export function renderPortal({ services, providers }: ResolvedStack): FinalContent {
  const signOn = providers['sign-on']?.name;
  return json(
    services
      .filter(({ name, host }) => host !== undefined && name !== signOn)
      .map((one) => ({ title: one.service.title, url: one.url, summary: one.service.summary, groups: [...groupsOf(one)] })),
  );
}
