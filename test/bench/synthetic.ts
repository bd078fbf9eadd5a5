import { postgres, secret, valkey } from '../../src/contracts/index.ts';
import { renderCompose } from '../../src/render/compose.ts';
import { digestOf } from '../../src/render/definition.ts';
import type { RenderedFile } from '../../src/render/file.ts';
import { renderStack } from '../../src/render/render.ts';
import { stepsOf } from '../../src/render/grants.ts';
import type { Service } from '../../src/service/index.ts';
import { defineService, file, http, tcp, volume } from '../../src/service/index.ts';
import type { Declaration } from '../../src/stack/declaration.ts';
import { containerPlacement } from '../../src/stack/placement.ts';
import { resolveStack } from '../../src/stack/resolve.ts';
import { checkStack } from '../../src/stack/rules/index.ts';
import type { ImageChoice } from '../../src/stack/stack.ts';

const common = {
  summary: 'Made for a measurement.',
  docs: 'https://example.org/',
  licence: 'MIT',
  category: 'apps',
  image: 'example/app:1.0.0',
  user: '1000:1000',
  limits: { memory: '64MiB', cpus: 0.5 },
} as const;

function providers(): readonly Service[] {
  return [
    defineService('edge', {
      ...common,
      title: 'Edge',
      ports: { https: http(443) },
      publish: ['https'],
      provides: { edge: { port: 'https' } },
      health: { port: 'https' },
    }),
    defineService('sql', {
      ...common,
      title: 'SQL',
      ports: { sql: tcp(5432) },
      provides: { postgres: { port: 'sql', superuser: 'postgres' } },
      health: { port: 'sql' },
    }),
    defineService('cache', {
      ...common,
      title: 'Cache',
      ports: { cache: tcp(6379) },
      provides: { valkey: { port: 'cache' } },
      health: { port: 'cache' },
    }),
  ];
}

function app(index: number): Service {
  return defineService(`app-${index}`, {
    ...common,
    title: `App ${index}`,
    ports: { web: http(8080) },
    volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
    needs: { db: postgres(), cache: valkey(), key: secret({ kind: 'hex', bytes: 32 }) },
    route: { port: 'web', access: { open: 'a measurement has no people' } },
    health: { port: 'web', path: '/healthz' },
    env: ({ url, db, cache, key }) => ({ URL: url, DATABASE_URL: db.url, CACHE_URL: cache.url, KEY_FILE: file(key) }),
  });
}

export interface Pass {
  readonly services: number;
  readonly problems: number;
  readonly bytes: number;
  readonly ms: number;
}

/** Resolves, checks and renders a stack of this many services, digests and grants included. */
export function pass(count: number): Pass {
  const services = [...providers(), ...Array.from({ length: count - 3 }, (_, index) => app(index))];
  const catalog = Object.fromEntries(services.map((service) => [service.name, service]));
  const declaration = {
    name: 'bench',
    domain: 'bench.localhost',
    admin: { name: 'admin', email: 'admin@bench.localhost' },
    images: 'upstream',
    runtime: 'compose',
    tls: 'internal',
    bind: '127.0.0.1',
    ports: {},
    services: Object.fromEntries(services.map(({ name }) => [name, {}])),
  } as const;

  return resolveCheckRender(declaration, catalog, ({ image: reference = '' }) => ({ source: 'upstream', reference }));
}

/** What a build does between reading the declaration and writing files. */
export function resolveCheckRender(
  declaration: Declaration,
  catalog: Readonly<Record<string, Service>>,
  image: (service: Service) => ImageChoice,
): Pass {
  const started = performance.now();
  const stack = resolveStack({ declaration, catalog, placement: containerPlacement, ports: { http: 80, https: 443 }, image });
  const problems = checkStack(stack, catalog).length;
  const reveal = { secret: ({ id }: { readonly id: string }) => id, file: ({ id }: { readonly id: string }) => `/run/secrets/${id}` };
  const printed = new Map(renderStack(stack).map((rendered) => [rendered.path, rendered.print(reveal)]));
  const print = (rendered: RenderedFile): string => printed.get(rendered.path) ?? rendered.print(reveal);
  const digests = Object.fromEntries(
    stack.services.map((service) => [service.name, digestOf(stack, service, { print, keyedHash: (text) => text })]),
  );
  const compose = renderCompose(stack, { release: 1, digests });
  const steps = stepsOf(stack).length;
  const ms = performance.now() - started;
  return { services: stack.services.length, problems, bytes: [...printed.values()].join('').length + compose.length + steps, ms };
}
