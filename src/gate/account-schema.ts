import * as z from 'zod';
import { duration, ignored, tls } from './schema-parts.ts';
import { parseUrl } from '../kit/parse-url.ts';

const defaultPorts: Readonly<Record<string, number>> = { 'smtp:': 25, 'submission:': 587, 'submissions:': 465 };

const mailServer = z.string().transform((text, context) => {
  const url = parseUrl(text);
  const standardPort = url && defaultPorts[url.protocol];
  if (!url || standardPort === undefined || url.hostname === '')
    context.addIssue('must be smtp://, submission:// or submissions:// host[:port]');
  return { host: url?.hostname ?? '', port: Number(url?.port) || (standardPort ?? 0), isTls: url?.protocol === 'submissions:' };
});

const smtp = z
  .strictObject({
    address: mailServer,
    timeout: duration.default(5000),
    username: z.string().optional(),
    password: z.string().optional(),
    /** As in `Datamancy <auth@example.org>`. */
    sender: z.string().includes('@', { error: 'must hold a mail address' }),
    identifier: z.string().default('localhost'),
    subject: z.string().includes('{title}', { error: 'must contain {title}' }).optional(),
    disable_require_tls: z.boolean().default(false),
    disable_starttls: z.boolean().default(false),
    tls: tls.optional(),
    startup_check_address: ignored,
    disable_html_emails: ignored,
  })
  .refine(({ address, disable_starttls: isClear, disable_require_tls: mayBeClear }) => address.isTls || !isClear || mayBeClear, {
    path: ['disable_starttls'],
    error: 'sends passwords in clear; say so with disable_require_tls: true',
  });

/** https://www.authelia.com/configuration/notifications/introduction/ */
export const notifierSection = z
  .strictObject({
    disable_startup_check: ignored,
    template_path: z.literal('', { error: 'names templates, and gate has words of its own' }).optional(),
    filesystem: z.strictObject({ filename: z.string().min(1) }).optional(),
    smtp: smtp.optional(),
  })
  .refine(({ filesystem, smtp: server }) => !filesystem || !server, 'has filesystem and smtp; keep one');

/** https://www.authelia.com/configuration/security/password-policy/ */
export const passwordPolicySection = z.strictObject({
  standard: z
    .strictObject({
      enabled: z.boolean().default(false),
      min_length: z.number().int().min(1).default(8),
      /** 0 is no limit beside the form's own. */
      max_length: z.number().int().min(0).default(0),
      require_uppercase: z.boolean().default(false),
      require_lowercase: z.boolean().default(false),
      require_number: z.boolean().default(false),
      require_special: z.boolean().default(false),
    })
    .prefault({}),
  zxcvbn: z
    .looseObject({ enabled: z.literal(false, { error: 'gate judges passwords by password_policy.standard' }).optional() })
    .optional(),
});

/** https://www.authelia.com/configuration/identity-validation/reset-password/ */
export const identityValidationSection = z.strictObject({
  reset_password: z
    .strictObject({
      jwt_lifespan: duration.default(300_000),
      jwt_algorithm: z.literal('HS256', { error: 'must be HS256' }).optional(),
      jwt_secret: z.string().min(1).optional(),
    })
    .prefault({}),
  elevated_session: ignored,
});

const strategy = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('CookieSession') }),
  z.strictObject({
    name: z.literal('HeaderAuthorization'),
    schemes: z
      .array(z.string().refine((scheme) => scheme.toLowerCase() === 'basic', 'must be Basic, the one scheme gate reads'))
      .default(['Basic']),
    /** Gate keeps checked passwords no longer than a minute, whatever is set here. */
    scheme_basic_cache_lifespan: duration.default(0),
  }),
]);

/** https://www.authelia.com/configuration/miscellaneous/server-endpoints-authz/ */
export const authzEndpoints = z
  .record(
    z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be letters, digits, _ or -'),
    z.strictObject({
      implementation: z.literal('ForwardAuth', { error: 'must be ForwardAuth, the one question gate answers' }),
      authn_strategies: z
        .array(strategy)
        .min(1)
        .default([{ name: 'CookieSession' }]),
    }),
  )
  .default({ 'forward-auth': { implementation: 'ForwardAuth', authn_strategies: [{ name: 'CookieSession' }] } });

/** Whether a page of Authelia's is switched off. */
export const pageSwitch = z.looseObject({ disable: z.boolean().default(false) }).prefault({});
