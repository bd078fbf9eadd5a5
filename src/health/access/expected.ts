import type { ResolvedAccess, ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import type { Role } from './roles.ts';
import { groupsOfRole } from './roles.ts';

/** What becomes of a request: who asks is sent to sign in, enters, is refused, or the app judges by itself. */
export type Outcome = 'sign-in' | 'enter' | 'refuse' | 'second factor' | 'app decides' | 'cannot sign in';

/** A service that people reach through the edge. */
export interface Route extends ResolvedService {
  readonly host: string;
  readonly access: ResolvedAccess;
}

/** Every route of the stack, by the name of its service. */
export function routesOf({ services }: ResolvedStack): readonly Route[] {
  return services.filter((service): service is Route => service.host !== undefined && service.access !== undefined);
}

/** What must become of somebody at a route, from the declaration alone: nothing here has seen the cluster. */
export function expectedOf({ groups, providers }: ResolvedStack, { name, access }: Route, role: Role): Outcome {
  if (role === 'disabled' && (access.kind === 'edge' || access.kind === 'login' || name === providers['sign-on']?.name)) {
    return 'cannot sign in';
  }
  switch (access.kind) {
    case 'open':
    case 'directory':
      return 'app decides';
    case 'edge':
    case 'login': {
      if (access.groups.length === 0) return 'refuse';
      if (role === 'anonymous') return 'sign-in';
      if (!groupsOfRole(role, groups).some((group) => access.groups.includes(group))) return 'refuse';
      return access.secondFactor ? 'second factor' : 'enter';
    }
  }
}
