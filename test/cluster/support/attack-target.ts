import { randomUUID } from 'node:crypto';
import { signLink } from '../../../src/kit/link-token.ts';
import type { Client, Target } from '../../conformance/attacks/attack.ts';
import { createWire } from '../../conformance/attacks/wire.ts';
import { docker, succeed } from './command.ts';
import { containerOf } from './containers.ts';
import { addEchoApps } from './echo-apps.ts';
import type { SharedCluster } from './global-setup.ts';
import type { TestPerson } from './people.ts';
import { addPeople, removePeople } from './people.ts';
import { forgiveGuesses } from './regulation.ts';
import { authorityOf, domain } from './starter.ts';
import { testClients } from './test-clients.ts';

const groups = ['viewer'];

/** People are added in crowds: each needs a program inside the directory's container otherwise. */
const crowd = 25;

/** The running cluster as a target, with apps of the owner that show what arrives at them; `close` puts everything back. */
export async function attackTarget(starter: SharedCluster): Promise<{ readonly target: Target; readonly close: () => Promise<void> }> {
  const people: TestPerson[] = [];
  let met = 0;
  const basic = 'programs of people send it with each request';
  const hostOf = (name: string): string => `${name}.${domain}`;
  const linkKey = await secret(starter, 'gate.resetSecret');
  const authority = await authorityOf(starter);
  const clients = {
    usual: await clientOf(starter, 'test-usual'),
    other: await clientOf(starter, 'test-other'),
    native: await clientOf(starter, 'test-native'),
    asking: await clientOf(starter, 'test-asking'),
    admins: await clientOf(starter, 'test-admins'),
    secondFactor: await clientOf(starter, 'test-second-factor'),
  };
  const takeOut = await addEchoApps(starter, { echo: { groups }, vault: { groups, secondFactor: true }, dav: { groups, basic } });
  const [openldap, valkey] = [await containerOf(starter.name, 'openldap'), await containerOf(starter.name, 'valkey')];
  const target: Target = {
    wire: createWire({ port: starter.https, authority }),
    domain,
    portal: `https://${hostOf('auth')}:${starter.https}`,
    portalHost: hostOf('auth'),
    apps: { everybody: hostOf('echo'), admins: hostOf('adminer'), secondFactor: hostOf('vault'), basic: hostOf('dav') },
    clients,
    async newPerson() {
      if (met === people.length) {
        const names = Array.from({ length: crowd }, () => `eve-${randomUUID().slice(0, 8)}`);
        people.push(...(await addPeople(starter.name, names, groups)));
      }
      const { name, password } = people[met++] ?? { name: '', password: '' };
      return { username: name, password };
    },
    async linkFor({ username }, purpose, lifeMs) {
      const state = await passwordState(openldap.Id, username);
      return await signLink({ subject: username, purpose, state }, linkKey, lifeMs, Date.now());
    },
    forgive: async () => forgiveGuesses(valkey.Id),
  };
  return {
    target,
    close: async () => {
      await removePeople(
        starter.name,
        people.map(({ name }) => name),
        groups,
      );
      await takeOut();
    },
  };
}

async function secret({ folder }: SharedCluster, id: string): Promise<string> {
  return (await succeed(folder, ['secrets', 'show', id])).trim();
}

async function clientOf(starter: SharedCluster, id: string): Promise<Client> {
  const { redirects, isPublic } = testClients(starter.relyingPartyPort)[id] ?? { redirects: [], isPublic: true };
  return { id, redirect: redirects[0] ?? '', ...(isPublic ? {} : { secret: await secret(starter, `clients.${id}`) }) };
}

/** What a link stands on: who it is, and when the password was last changed. */
async function passwordState(container: string, username: string): Promise<string> {
  const ask = ['ldapsearch', '-Q', '-LLL', '-Y', 'EXTERNAL', '-H', 'ldapi:///', '-b', 'ou=people,dc=datamancy,dc=localhost'];
  const found = await docker('exec', container, ...ask, `(uid=${username})`, 'entryUUID', 'pwdChangedTime');
  const [id = '', changed = ''] = ['entryUUID', 'pwdChangedTime'].map(
    (name) => new RegExp(`^${name}: (\\S+)$`, 'm').exec(found)?.[1] ?? '',
  );
  return `${id} ${changed}`;
}
