import type { Service } from '../service/index.ts';
import * as services from './services.ts';

/** Every service that a cluster may declare, sorted by name. */
export const catalog: Readonly<Record<string, Service>> = Object.fromEntries(
  Object.values<Service>(services)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((service) => [service.name, service]),
);
