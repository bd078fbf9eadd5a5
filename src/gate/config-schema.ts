import * as z from 'zod';
import { authzEndpoints, identityValidationSection, notifierSection, pageSwitch, passwordPolicySection } from './account-schema.ts';
import { oidcSection } from './config-oidc.ts';
import { duration, ignored, listOf, tls } from './schema-parts.ts';
import { secondFactorChoice, storageSection, totpSection, webauthnSection } from './second-factor/schema.ts';
import { parseListenAddress } from './units.ts';
import { parseUrl } from '../kit/parse-url.ts';

const listenAddress = (path: string) =>
  z.string().transform((value, context) => {
    const address = parseListenAddress(value, path);
    if (!address) context.addIssue(`is no TCP address gate can listen on; write it like tcp://:9091${path}`);
    return address ?? { host: undefined, port: 0 };
  });

const httpsUrl = z.string().refine((value) => parseUrl(value)?.protocol === 'https:', 'must be an https:// address');

const policy = z.enum(['bypass', 'one_factor', 'two_factor', 'deny']);

const cookieCommon = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -')
    .optional(),
  same_site: z.enum(['lax', 'strict', 'none']).optional(),
  expiration: duration.optional(),
  inactivity: duration.optional(),
  /** -1 takes the choice away from people. */
  remember_me: z
    .union([
      z
        .literal(-1)
        .or(z.literal('-1'))
        .transform(() => 0),
      duration,
    ])
    .optional(),
};

const cookie = z.strictObject({
  ...cookieCommon,
  domain: z
    .string()
    .regex(/^(?!\*)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be a domain name with at least one dot, without port or wildcard'),
  authelia_url: httpsUrl.refine((value) => parseUrl(value)?.pathname === '/', 'must name a host of its own, without a path'),
  default_redirection_url: httpsUrl.optional(),
});

const redis = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(6379),
  timeout: duration.default(5000),
  username: z.string().optional(),
  password: z.string().optional(),
  database_index: z.number().int().min(0).default(0),
  tls: tls.optional(),
  max_retries: ignored,
  maximum_active_connections: ignored,
  minimum_idle_connections: ignored,
});

const ldap = z.strictObject({
  address: z.string().regex(/^ldaps?:\/\/[^/]+\/?$/, 'must be ldap://host[:port] or ldaps://host[:port]'),
  timeout: duration.default(20_000),
  start_tls: z.boolean().default(false),
  tls: tls.optional(),
  base_dn: z.string().min(1),
  additional_users_dn: z.string().default(''),
  users_filter: z.string().includes('{input}', { error: 'must contain {input}, the name a person types' }),
  additional_groups_dn: z.string().default(''),
  groups_filter: z.string().min(1),
  group_search_mode: z.enum(['filter', 'memberof']).default('filter'),
  attributes: z
    .looseObject({
      distinguished_name: z.string().default(''),
      username: z.string().default('uid'),
      display_name: z.string().default('displayName'),
      mail: z.string().default('mail'),
      member_of: z.string().default('memberOf'),
      group_name: z.string().default('cn'),
    })
    .prefault({}),
  user: z.string().min(1),
  password: z.string().optional(),
  implementation: ignored,
  pooling: ignored,
  permit_referrals: ignored,
  permit_unauthenticated_bind: z.literal(false, { error: 'gate never binds without a password' }).optional(),
});

const rule = z.strictObject({
  domain: listOf(z.string().min(1)).optional(),
  domain_regex: listOf(z.string()).optional(),
  policy,
  subject: z.union([z.string().transform((one) => [[one]]), z.array(listOf(z.string()))]).optional(),
  networks: listOf(z.string()).optional(),
  resources: listOf(z.string()).optional(),
  methods: listOf(z.string().regex(/^[A-Za-z]+$/, 'must be an HTTP method')).optional(),
  query: z.undefined({ error: 'is a criterion that gate does not judge; write the rule with resources' }).optional(),
});

/** Where CrowdSec tells whom it wants turned away. Authelia has no such section, and is rendered none. */
const bouncer = z.strictObject({
  address: z.string().regex(/^https?:\/\/[^/]+\/?$/, 'must be http://host[:port] or https://host[:port]'),
  api_key: z.string().default(''),
  refresh_interval: duration.default(10_000),
});

/** Authelia's configuration file as far as gate reads it; sections of other features are taken as they are. */
export const configurationSchema = z.strictObject({
  server: z
    .looseObject({
      address: listenAddress('/').prefault('tcp://:9091/'),
      endpoints: z.looseObject({ authz: authzEndpoints }).prefault({}),
    })
    .prefault({}),
  log: z.looseObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  telemetry: z
    .looseObject({
      metrics: z
        .looseObject({ enabled: z.boolean().default(false), address: listenAddress('/metrics').prefault('tcp://:9959/metrics') })
        .prefault({}),
    })
    .prefault({}),
  session: z.strictObject({
    ...cookieCommon,
    secret: z.string().optional(),
    cookies: z.array(cookie).min(1),
    redis: redis.optional(),
  }),
  authentication_backend: z.looseObject({
    refresh_interval: z
      .union([z.literal('always').transform(() => 0), z.literal('disable').transform(() => Infinity), duration])
      .default(300_000),
    password_reset: pageSwitch,
    password_change: pageSwitch,
    ldap,
  }),
  access_control: z.strictObject({
    default_policy: policy.default('deny'),
    networks: z.array(z.strictObject({ name: z.string(), networks: listOf(z.string()) })).optional(),
    rules: z.array(rule).default([]),
  }),
  regulation: z
    .strictObject({
      modes: z.array(z.enum(['user', 'ip'])).optional(),
      max_retries: z.number().int().min(0).default(3),
      find_time: duration.default(120_000),
      ban_time: duration.default(300_000),
    })
    .prefault({}),
  definitions: z.looseObject({ network: z.record(z.string(), listOf(z.string())).optional() }).optional(),
  theme: ignored,
  certificates_directory: ignored,
  default_2fa_method: secondFactorChoice,
  default_redirection_url: ignored,
  identity_providers: z.strictObject({ oidc: oidcSection.optional() }).optional(),
  totp: totpSection.prefault({}),
  duo_api: ignored,
  ntp: ignored,
  storage: storageSection.prefault({}),
  notifier: notifierSection.prefault({}),
  webauthn: webauthnSection.prefault({}),
  password_policy: passwordPolicySection.prefault({}),
  privacy_policy: ignored,
  identity_validation: identityValidationSection.prefault({}),
  bouncer: bouncer.optional(),
});

export type Configuration = z.output<typeof configurationSchema>;
export type RuleConfiguration = Configuration['access_control']['rules'][number];
