import { Provider } from 'oidc-provider';
import type { Gate } from '../gate.ts';
import { restrictClients } from './clients.ts';
import { configurationOf, grantSeconds, interactionSeconds } from './configuration.ts';
import { reportEvents } from './events.ts';
import { createGrants, type Grants } from './grants.ts';
import { createPeople } from './people.ts';
import { createSealedStore } from './sealed-store.ts';
import type { OidcSettings } from './settings.ts';
import { createVisits, deriveSessions, type Visits } from './visits.ts';

/** The provider and what requests are told to it with. */
export interface Oidc {
  readonly settings: OidcSettings;
  readonly provider: Provider;
  readonly visits: Visits;
  readonly grants: Grants;
}

/** An OpenID provider whose sessions, people and pages are the gate's. https://github.com/panva/node-oidc-provider */
export function createOidc(gate: Gate, settings: OidcSettings): Oidc {
  const visits = createVisits();
  const longestSeconds = Math.max(...[...settings.clients.values()].map(({ lifespans }) => grantSeconds(lifespans)));
  const people = createPeople(gate.store, gate.directory, settings.hmacSecret, longestSeconds * 1000);
  const sealed = createSealedStore(gate.store, settings.hmacSecret);
  const grants = createGrants(sealed, (longestSeconds + interactionSeconds) * 1000);
  const provider = new Provider(settings.issuer, configurationOf({ gate, settings, visits, people, sealed, grants }));
  provider.proxy = true;
  deriveSessions(provider, visits);
  restrictClients(provider);
  reportEvents(provider, settings, gate);
  return { settings, provider, visits, grants };
}
