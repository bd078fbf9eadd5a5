import type { DatabaseGrant } from '../contracts/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import type { Person } from './person.ts';

/** Where one service keeps what its people make. */
export interface Trace {
  readonly service: string;
  readonly title: string;
  readonly url: string;
  /** Names of volumes as the definition has them; those that hold data which cannot be made again. */
  readonly volumes: readonly string[];
  /** `provider/database`. */
  readonly databases: readonly string[];
}

const databaseKinds = ['postgres', 'mariadb'];

/** Services that know their people and let this one in. An open service knows nobody. */
export function servicesFor({ services }: ResolvedStack, { groups }: Pick<Person, 'groups'>): readonly ResolvedService[] {
  return services.filter((service) => canEnter(service, groups));
}

/** Each service that the person could enter, and where it keeps data: what is left when the person is removed. */
export function tracesOf(stack: ResolvedStack, person: Pick<Person, 'groups'>): readonly Trace[] {
  return servicesFor(stack, person)
    .map((service) => ({
      service: service.name,
      title: service.service.title,
      url: service.url,
      volumes: Object.entries(service.service.volumes ?? {})
        .filter(([, { role }]) => role === 'data')
        .map(([volume]) => volume),
      databases: service.grants
        .filter(({ kind }) => databaseKinds.includes(kind))
        // The contract of this kind made the grant, so it has the contract's shape.
        .map(({ provider, grant }) => `${provider}/${(grant as DatabaseGrant).name}`),
    }))
    .filter(({ volumes, databases }) => volumes.length + databases.length > 0);
}

/** One with a login of its own against the directory takes everybody. */
function canEnter({ access }: ResolvedService, groups: readonly string[]): boolean {
  switch (access?.kind) {
    case undefined:
    case 'open':
      return false;
    case 'directory':
      return true;
    case 'edge':
    case 'login':
      return access.groups.some((group) => groups.includes(group));
  }
}
