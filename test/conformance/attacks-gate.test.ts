import { randomUUID } from 'node:crypto';
import { createBasicCheck } from '../../src/gate/basic.ts';
import { createMemoryStore } from '../../src/gate/memory-store.ts';
import { createRegulation, type Regulation, resetLimits } from '../../src/gate/regulation.ts';
import { createTestGate } from '../../src/gate/testing/gate-fixture.ts';
import { type RunningGate, startGate } from '../../src/gate/testing/running-gate.ts';
import { signLink } from '../../src/kit/link-token.ts';
import { describeAttacks } from './attacks.ts';
import type { Target } from './attacks/attack.ts';
import { clients, clientSettings } from './attacks/gate-clients.ts';
import { createWire } from './attacks/wire.ts';

const oidc = clientSettings();
const running = new Map<Target, RunningGate>();

/** A gate of its own for each case, so that no case sees what another left. */
async function openTarget(): Promise<Target> {
  const { gate, directory } = createTestGate();
  const { limits, regulation, forgive } = forgivingRegulation();
  const { access } = gate.config;
  const dav = {
    domains: [{ kind: 'exact' as const, name: 'dav.example.org' }],
    resources: [],
    methods: [],
    networks: undefined,
    subjects: [],
  };
  const config = { ...gate.config, oidc, access: { ...access, rules: [...access.rules, { ...dav, policy: 'one_factor' as const }] } };
  const basic = createBasicCheck(directory, regulation);
  const server = await startGate({ ...gate, config, refusalStepMs: 5, regulation, resets: limits, basic }, ['dav.example.org']);
  const target: Target = {
    wire: createWire({ port: server.edgePort }),
    domain: 'example.org',
    portal: 'https://auth.example.org',
    portalHost: 'auth.example.org',
    apps: { everybody: 'wiki.example.org', admins: 'admin.example.org', secondFactor: 'vault.example.org', basic: 'dav.example.org' },
    clients,
    async newPerson() {
      const person = { username: `eve-${randomUUID().slice(0, 8)}`, password: 'a long password (of) *eve\\' };
      const email = `${person.username}@example.org`;
      directory.accounts.set(person.username, { ...person, id: randomUUID(), displayName: 'Eve', email, groups: ['viewer'] });
      return await Promise.resolve(person);
    },
    async linkFor({ username }, purpose, lifeMs) {
      const found = await directory.passwordState(username, AbortSignal.timeout(1000));
      if (found.kind !== 'found') throw new Error(`${username} is not in the directory`);
      return await signLink({ subject: username, purpose, state: found.state }, config.account.link.secret, lifeMs, Date.now());
    },
    forgive,
  };
  running.set(target, server);
  return target;
}

describeAttacks(openTarget, async (target) => {
  await running.get(target)?.close();
  running.delete(target);
});

/** Regulation that can be made to forget everything. */
function forgivingRegulation() {
  const settings = { modes: undefined, max_retries: 3, find_time: 120_000, ban_time: 300_000 };
  let current = {
    limits: createRegulation(createMemoryStore(), resetLimits, 'x'),
    regulation: createRegulation(createMemoryStore(), settings, 'x'),
  };
  const through = (which: keyof typeof current): Regulation => ({
    admit: async (...attempt) => current[which].admit(...attempt),
    succeeded: async (...attempt) => current[which].succeeded(...attempt),
    withdrawn: async (...attempt) => current[which].withdrawn(...attempt),
  });
  return {
    limits: through('limits'),
    regulation: through('regulation'),
    forgive: async (): Promise<void> => {
      current = {
        limits: createRegulation(createMemoryStore(), resetLimits, 'x'),
        regulation: createRegulation(createMemoryStore(), settings, 'x'),
      };
      await Promise.resolve();
    },
  };
}
