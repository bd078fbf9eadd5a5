import * as z from 'zod';
import { units } from '../../service/index.ts';
import { patterns } from '../names.ts';

const path = z.string('must be an absolute path').regex(/^\//, 'must be an absolute path');
const words = z.string('must be text').min(1, 'must not be empty');
const reason = z.string('must be a reason, as text').regex(/\S/, 'must be a reason, not empty text');
const name = z.string('must be the name of a port').min(1, 'must be the name of a port');
const callable = z.custom<object>((value) => typeof value === 'function', 'must be a function, such as ({ db }) => ({ … })');
const named = <Value extends z.ZodType>(value: Value): z.ZodRecord<z.ZodString, Value> =>
  z.record(z.string(), value, 'must be a map by name');

/** `//` would name another host. */
const ownPath = z.string().regex(/^\/(?!\/)/);
const connections = z.object({ connections: z.int().min(1) });

/** What may be wished for of each kind, and how the sentence about another wish ends. */
const wishes = [
  {
    kind: 'postgres',
    of: z.object({ extensions: z.array(z.string().regex(/^[a-z][a-z0-9_-]*$/)) }),
    must: 'must name extensions in a-z, 0-9, dashes and underscores',
  },
  { kind: 'postgres', of: z.object({ locale: z.literal('C') }), must: 'must ask for the locale C or for none' },
  { kind: 'postgres', of: connections, must: 'must count its connections' },
  {
    kind: 'mariadb',
    of: z.object({ databases: z.array(z.string().regex(/^[a-z][a-z0-9]{0,15}$/)) }),
    must: 'must name databases in a-z and 0-9',
  },
  { kind: 'mariadb', of: connections, must: 'must count its connections' },
  {
    kind: 'oidc',
    of: z.object({ callback: ownPath, afterLogout: ownPath }),
    must: 'must ask for callback and afterLogout as paths of its own, such as /callback',
  },
] as const;

const need = z
  .looseObject({ kind: words, request: z.unknown().optional() }, 'must be a need, such as postgres()')
  .superRefine(({ kind, request }, context) => {
    const isReach = kind !== 'reach' || z.object({ contracts: z.array(words).min(1) }).safeParse(request).success;
    const isSecret = kind !== 'secret' || z.object({ spec: z.looseObject({ kind: words }) }).safeParse(request).success;
    for (const wish of wishes.filter((one) => one.kind === kind))
      if (!wish.of.partial().optional().safeParse(request).success) context.addIssue({ code: 'custom', message: wish.must });
    if (!isReach || !isSecret) context.addIssue({ code: 'custom', message: `must be made with ${kind}(…)` });
  });

const access = z.union(
  [
    z.strictObject({ login: words, groups: z.array(words).min(1), start: path, secondFactor: z.literal(true).optional() }),
    z.strictObject({ directory: words, why: reason }),
    z.strictObject({
      groups: z.array(words).min(1),
      secondFactor: z.literal(true).optional(),
      basic: reason.optional(),
      identity: z.strictObject({ user: words, groups: words, name: words, email: words }).partial().optional(),
      alone: reason.optional(),
      door: reason.optional(),
      bypass: z.array(z.strictObject({ path, authentication: reason })).optional(),
    }),
    z.strictObject({ open: reason }),
  ],
  'must be one of { login: need, groups: [...], start }, { directory: need, why }, { groups: [...] } and { open: reason }',
);

const seconds = z.number('must be a number of seconds').positive('must be above 0').max(3600, 'must be an hour at most').optional();
const asker = z.enum(['wget', 'curl', 'node', 'python3', 'perl', 'bash'], 'must be wget, curl, node, python3, perl or bash');
const health = z.union(
  [
    z
      .strictObject({ port: name, path: path.optional(), via: asker.optional(), startSeconds: seconds })
      .refine(({ path: asked, via }) => asked !== undefined || via !== 'curl', {
        path: ['via'],
        message: 'must not be curl where only a port is asked',
      }),
    z.strictObject({ command: z.array(words).min(1), startSeconds: seconds }),
  ],
  'must be { port }, { port, path } or { command: [...] }',
);

const number = z
  .int('must be a port from 1 to 65535')
  .min(1, 'must be a port from 1 to 65535')
  .max(65_535, 'must be a port from 1 to 65535');
const memory = z.string('must be a size such as 512MiB').regex(patterns.memory, 'must be a size such as 512MiB');

const limits = z.strictObject(
  {
    memory,
    cpus: z.number('must be a number above 0').positive('must be a number above 0'),
    pids: z.int('must be a whole number').min(1, 'must be 1 or more').optional(),
  },
  'must be limits, such as { memory: "512MiB", cpus: 1 }',
);
const allow = z.strictObject({
  root: reason.optional(),
  writableRoot: reason.optional(),
  privileges: reason.optional(),
  ownInit: reason.optional(),
  floatingTag: reason.optional(),
  capabilities: named(z.string('must be a reason')).optional(),
});
const user = z.string('must be uid:gid, such as 1000:1000').regex(/^\d{1,10}:\d{1,10}$/, 'must be uid:gid, such as 1000:1000');
const ports = named(
  z.strictObject({ protocol: z.enum(['http', 'tcp', 'udp'], 'must be http, tcp or udp'), number }, 'must be a port, such as http(8080)'),
);
const metrics = z.strictObject({ port: name, path, token: name.optional() }, 'must be { port, path }');
const tmpfs = z.array(
  z.union(
    [path, z.strictObject({ path, size: memory.optional(), exec: reason.optional() })],
    'must be an absolute path, or { path, size }',
  ),
  'must be a list of paths',
);
const hostPaths = z.array(
  z.strictObject({ path, target: path.optional(), reason, writable: reason.optional() }, 'must be { path, reason }'),
  'must be a list of { path, reason }',
);
const gpu = z.strictObject({ vram: memory }, 'must be { vram: "12GiB" }');

const worker = z.strictObject(
  {
    title: words.optional(),
    first: z.literal(true).optional(),
    image: words.optional(),
    debian: words.optional(),
    user: user.optional(),
    shares: z.array(z.enum(['env', 'files', 'volumes'], 'must be env, files or volumes')).optional(),
    ports: ports.optional(),
    health,
    limits,
    allow: allow.optional(),
    tmpfs: tmpfs.optional(),
    stopSeconds: seconds,
    gpu: gpu.optional(),
    shm: memory.optional(),
    route: z
      .strictObject(
        { port: name, paths: z.array(path).min(1, 'must name a path'), strip: z.literal(true).optional() },
        'must be { port, paths }',
      )
      .optional(),
    metrics: metrics.optional(),
    command: callable.optional(),
    env: callable.optional(),
    setup: callable.optional(),
  },
  'must be a worker with health and limits',
);

const smoke = z.union(
  [
    z.strictObject({
      path,
      port: name.optional(),
      via: asker.optional(),
      expect: z.strictObject(
        { status: z.int().min(100).max(599).optional(), text: words.optional() },
        'must be { status: 200 }, { text: "…" } or both',
      ),
    }),
    z.strictObject({ command: z.array(words).min(1), expect: words.optional() }),
  ],
  'must be { path, expect } or { command: [...] }',
);

/** The shape of a service for a file that no compiler has seen; each message ends the sentence “<place> …”. */
export const definitionSchema = z.strictObject(
  {
    name: z
      .string('must be the name of the service')
      .regex(patterns.service, 'must be a-z, 0-9 and inner dashes, a letter first, at most 40'),
    title: words,
    summary: words,
    caution: words.optional(),
    docs: z.string('must be an https address').regex(/^https:\/\//, 'must be an https address'),
    licence: words,
    category: words,
    profiles: z.array(words, 'must be a list of profiles').optional(),
    conflicts: z.array(words, 'must be a list of services').optional(),
    image: words.optional(),
    debian: words.optional(),
    user,
    ports,
    volumes: named(
      z.strictObject(
        {
          path,
          role: z.enum(['data', 'cache', 'config'], 'must be data, cache or config'),
          backup: z.union(
            [z.enum(['hourly', 'daily', 'weekly']), z.strictObject({ skip: reason })],
            'must be hourly, daily, weekly or { skip: reason }',
          ),
          size: memory.optional(),
          only: name.optional(),
        },
        'must be a volume, such as volume("/data", { role: "data", backup: "daily" })',
      ),
    ).optional(),
    needs: named(need).optional(),
    provides: named(named(z.string('must be text'))).optional(),
    route: z
      .strictObject(
        { port: name, host: words.optional(), framedElsewhere: reason.optional(), access, roles: named(z.array(words)).optional() },
        'must be a route with port and access',
      )
      .optional(),
    publish: z.array(name, 'must be a list of ports').optional(),
    wellKnown: callable.optional(),
    health,
    limits,
    allow: allow.optional(),
    tmpfs: tmpfs.optional(),
    hostPaths: hostPaths.optional(),
    stopSeconds: seconds,
    gpu: gpu.optional(),
    shm: memory.optional(),
    metrics: metrics.optional(),
    alerts: z
      .array(
        z.strictObject({
          name: words,
          expr: words,
          for: z.string('must be a time such as 5m').regex(/^\d+[ms]$/, 'must be a time such as 5m'),
          severity: z.enum(['warning', 'critical'], 'must be warning or critical'),
          summary: words,
        }),
        'must be a list of alerts',
      )
      .optional(),
    dashboard: z
      .array(
        z.strictObject({ title: words, expr: words, unit: z.enum(units, `must be one of ${units.join(', ')}`), legend: words.optional() }),
        'must be a list of { title, expr, unit }',
      )
      .optional(),
    logs: z.array(z.strictObject({ pattern: words, means: words }, 'must be { pattern, means }'), 'must be a list of patterns').optional(),
    smoke: smoke.optional(),
    workers: named(worker).optional(),
    setup: callable.optional(),
    env: callable.optional(),
    command: callable.optional(),
    files: named(z.strictObject({ path, content: callable, templates: reason.optional() }, 'must be { path, content }')).optional(),
    process: z
      .strictObject(
        {
          packages: z.array(words),
          argv: callable,
          env: callable.optional(),
          health: health.optional(),
          stopSignal: z.enum(['SIGINT', 'SIGQUIT'], 'must be SIGINT or SIGQUIT').optional(),
        },
        'must be { packages, argv }',
      )
      .optional(),
  },
  'must be a definition made with defineService(name, { … })',
);
