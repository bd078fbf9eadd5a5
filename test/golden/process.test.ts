import { describe, expect, test } from 'vitest';
import { renderProcess } from '../../src/render/process.ts';
import { renderStack } from '../../src/render/render.ts';
import { processPlacement } from '../../src/runtime/process/placement.ts';
import { placesIn } from '../../src/runtime/process/places.ts';
import { portKey } from '../../src/runtime/process/ports.ts';
import type { ProcessUnit } from '../../src/stack/process-unit.ts';
import { processReleaseSchema } from '../../src/stack/process-unit.ts';
import { named, resolveGolden } from './golden-stack.ts';
import { starter } from './starter/stack.ts';

const root = '/srv/home/.datamancy/process';
const services = starter.services.filter(({ process }) => process !== undefined);
const ports = Object.fromEntries(
  services
    .flatMap(({ name, ports: own }) => Object.keys(own).map((port) => portKey(name, port)))
    .toSorted()
    .map((key, i) => [key, 20_000 + i]),
);
const declaration = {
  ...starter.declaration,
  services: Object.fromEntries(services.map(({ name }) => [name, {}])),
};
const edge = { bind: declaration.bind, ...starter.ports };
const recipes = services.map(({ debian = 'core' }) => ({ name: debian, digest: '0'.repeat(64) }));
const placement = processPlacement({ places: placesIn('/srv/home/.datamancy'), services, edge, ports, recipes });
const stack = resolveGolden({ ...starter, services, declaration }, placement);
const { units } = processReleaseSchema.parse(JSON.parse(renderProcess(stack)));
const files = renderStack(stack).map(({ path, print }) => [path, print(named)] as const);

test('the starter has a unit for every service that can be one, and each can be read back', () => {
  const servers = ['alertmanager', 'caddy', 'gate', 'ntfy', 'openldap', 'postgresql', 'prometheus', 'radicale', 'valkey'];
  expect(Object.keys(units)).toEqual([...servers, 'evm-broadcaster', 'model-router', 'tx-gateway'].toSorted());
});

test('nothing that was meant for containers is left in what is rendered', () => {
  const text = JSON.stringify(units) + JSON.stringify(files);
  expect(text).not.toContain('/run/secrets/');
  expect(text).not.toContain('0.0.0.0');
  for (const { name } of services) expect(text).not.toMatch(new RegExp(`(?:ldap|http|redis|tcp)://${name}[:/"]`));
});

test('no secret is in process.json', () => {
  expect(renderProcess(stack)).not.toContain('<secret:');
});

describe.each(Object.entries(units))('%s', (name, unit: ProcessUnit) => {
  test('keeps all it has inside its own folder', () => {
    for (const path of [...unit.volumes, ...unit.files.map(({ target }) => target)]) expect(path.startsWith(`${root}/${name}/`)).toBe(true);
    for (const { target } of unit.secrets) expect(target.startsWith(`${root}/.secrets/`)).toBe(true);
  });

  test('is asked for its health on this machine', () => {
    expect(whereAsked(unit.health.probe)).toBe('127.0.0.1');
  });
});

/** A command is asked inside the unit, where it must not call what only images have. */
function whereAsked(probe: ProcessUnit['health']['probe']): string {
  switch (probe.kind) {
    case 'http':
      return new URL(probe.url).hostname;
    case 'tcp':
      return probe.address;
    case 'command':
      return /\b(?:nc|wget)\b/.exec(probe.argv.join(' '))?.[0] ?? '127.0.0.1';
  }
}
