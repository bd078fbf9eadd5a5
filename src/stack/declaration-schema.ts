import { isIP } from 'node:net';
import * as z from 'zod';
import { paymentsSchema } from '../contracts/index.ts';
import { clientSchema } from './client-schema.ts';
import { areCertificates, isEmail, patterns, whyNoDomain } from './names.ts';
import { profiles } from './profiles.ts';

const limits = z
  .strictObject({
    memory: z.string().regex(patterns.memory).optional().describe('Such as 512MiB or 2GiB.'),
    cpus: z.number().positive().max(1024).optional().describe('Processors, such as 0.5 or 2.'),
    pids: z.int().min(1).max(4_194_304).optional().describe('Processes and threads.'),
  })
  .describe('Limits in place of the catalog’s.');

const suppliedSecret = z
  .strictObject({ secret: z.string().regex(patterns.key).describe('Its name, such as apiKey; with the service’s before it in the store.') })
  .describe('A secret that `datamancy secrets set <service>.<name>` gives its value.');

const override = z
  .strictObject({
    host: z.string().regex(patterns.label).optional().describe('First label of the public name, in place of the service’s own.'),
    groups: z.array(z.string().regex(patterns.group)).min(1).optional().describe('Groups that may enter, in place of the catalog’s.'),
    second_factor: z.boolean().optional().describe('Whether people need a second factor here, in place of the catalog’s word.'),
    limits: limits.optional(),
    workers: z
      .record(z.string(), z.strictObject({ limits: limits.optional() }))
      .optional()
      .describe('What differs from the catalog for its workers, by the name that each has in the service.'),
    env: z
      .record(
        z.string().regex(patterns.variable),
        z.union([z.string().refine((value) => !value.includes('\0')), z.number(), z.boolean(), suppliedSecret]),
      )
      .optional()
      .describe('Environment variables added to, or in place of, the service’s own. Never a secret: its name stands for it.'),
  })
  .transform(({ second_factor: secondFactor, ...override }) => ({ ...override, secondFactor }))
  .describe('What differs from the catalog for this service; nothing where it is left empty.');

const port = z.int().min(1).max(65_535);

const mail = z.strictObject({
  host: z.string().regex(patterns.domain).describe('Name of the mail server.'),
  port: port.describe('587 with STARTTLS, 465 with TLS from the start.'),
  user: z.string().regex(patterns.mailUser).describe('Account at that server; its password is the secret mail.relayPassword.'),
  from: z.string().refine(isEmail).describe('Sender of what the cluster mails, where it has no mail server of its own.'),
  authority: z
    .string()
    .refine(areCertificates)
    .optional()
    .describe('Certificates in PEM that vouch for it, where its authority is a private one.'),
});

const machine = z.strictObject({
  memory: z.string().regex(patterns.memory).optional().describe('Such as 16GiB.'),
  cpus: z.int().min(1).max(1024).optional().describe('Processors.'),
  disk: z.string().regex(patterns.memory).optional().describe('Size of the disk for images and volumes, such as 500GiB.'),
  gpus: z.array(z.string().regex(patterns.memory)).optional().describe('Memory of each graphics card, such as [24GiB]; [] for none.'),
});

/** The shape of cluster.yaml. Positions, nearest words and fixes are added by the parser. */
export const declarationSchema = z.strictObject({
  name: z
    .string()
    .regex(patterns.cluster)
    .optional()
    .describe('Names the project, networks and volumes on the engine. The folder’s name where absent.'),
  domain: z
    .string()
    .refine((domain) => whyNoDomain(domain) === undefined)
    .describe('Domain under which every service gets its name, such as example.org, or home.localhost for a trial.'),
  admin: z
    .strictObject({
      name: z.string().regex(patterns.person).describe('Sign-in name of the person who owns the cluster.'),
      email: z.string().refine(isEmail).describe('Where that person gets mail.'),
    })
    .describe('The person who owns the cluster.'),
  images: z
    .enum(['auto', 'upstream', 'debian'])
    .default('auto')
    .describe('Where images come from: upstream’s registry, or built here from Debian packages.'),
  runtime: z
    .enum(['auto', 'compose', 'process'])
    .default('auto')
    .describe('What runs the services: Docker Compose, or child processes where no engine can run.'),
  tls: z
    .union([
      z.literal('internal'),
      z.strictObject({ acme: z.strictObject({ email: z.string().refine(isEmail).describe('Where the authority sends warnings.') }) }),
    ])
    .default('internal')
    .describe('Certificates of the cluster’s own authority, or of a public one through ACME.'),
  bind: z
    .string()
    .refine((address) => isIP(address) !== 0)
    .optional()
    .describe('Address the edge listens on; 127.0.0.1 for *.localhost, else 0.0.0.0.'),
  ports: z
    .strictObject({ http: port.optional().describe('80 where free.'), https: port.optional().describe('443 where free.') })
    .default({})
    .describe('Ports of the edge.'),
  mail: mail.optional().describe('A mail server outside the cluster through which it mails; so does a mail server in it.'),
  machine: machine.optional().describe('The machine this cluster is for, where it is another than the one at hand.'),
  profiles: z
    .array(z.enum(profiles))
    .min(1)
    .optional()
    .describe('Groups of services that are chosen together, with the providers that they need.'),
  without: z.array(z.string()).min(1).optional().describe('Services that the profiles would choose and that are left out.'),
  services: z.record(z.string(), override.nullable()).describe('The services of this cluster, each with what differs from the catalog.'),
  payments: paymentsSchema
    .optional()
    .describe('Chains on which the cluster pays, and who may have it pay what (docs/payments.md). It pays nothing where absent.'),
  clients: z
    .record(z.string(), clientSchema)
    .optional()
    .describe('Applications outside the cluster that sign people in here with OpenID Connect, by client id.'),
});

export type DeclarationInput = z.output<typeof declarationSchema>;

/** JSON Schema of cluster.yaml for the owner's editor; with `known` it completes the names of services. */
export function schema(known: readonly string[] = []): object {
  return z.toJSONSchema(declarationSchema, {
    io: 'input',
    override: ({ path, jsonSchema }) => {
      if (path.length === 0) {
        jsonSchema.title = 'Datamancy cluster';
        jsonSchema.required = ['domain', 'admin'];
        jsonSchema.anyOf = [{ required: ['services'] }, { required: ['profiles'] }];
      }
      if (path.join('.') === 'properties.services' && known.length > 0) jsonSchema.propertyNames = { enum: known.toSorted() };
    },
  });
}
