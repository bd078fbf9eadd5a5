import { parseArgs } from 'node:util';
import { text as readAll } from 'node:stream/consumers';
import * as z from 'zod';
import { sleep } from '../kit/clock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { type GateConfig, loadGateConfig } from './config.ts';
import { createLog, safeText } from '../kit/log.ts';
import { createMailer } from './mailer.ts';
import { createMetrics } from './metrics.ts';
import { type Records, RecordsUnavailable } from './records.ts';
import { createSessions } from './sessions.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { type Store, StoreUnavailable } from './store.ts';
import { createValkeyStore } from './valkey-store.ts';

const connectMs = 3000;

/** What `datamancy users` asks of the sign-on server beside which this runs. */
const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mail-link'),
    to: z.string(),
    fullName: z.string(),
    username: z.string(),
    purpose: z.enum(['welcome', 'reset']),
    url: z.string().startsWith('https://'),
    validUntil: z.iso.datetime(),
  }),
  z.strictObject({ kind: z.enum(['second-factors', 'forget-second-factors', 'end-sessions', 'forget-person']), id: z.string().min(1) }),
]);

type Request = z.infer<typeof requestSchema>;
type Settings = Pick<GateConfig, 'notifier' | 'storage' | 'sessionSecret'>;
type MailLink = Extract<Request, { readonly kind: 'mail-link' }>;

type Answer =
  | { readonly sent: boolean; readonly why?: string }
  | { readonly totp: boolean; readonly passkeys: number }
  /** How many sessions were ended. */
  | { readonly sessions: number }
  | { readonly why: string };

/** Opens the store of sessions; undefined where they are in the memory of the sign-on server alone. */
type OpenStore = () => Store | undefined;

/** Answers one request on standard input with one line of JSON: mails go out, and records are read, only where the sign-on server lives. */
export async function runPeopleCommand(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string', short: 'c' } } });
  const config = await loadGateConfig(values.config ?? env['X_AUTHELIA_CONFIG'] ?? '/config/configuration.yml', env);
  const title = env['DATAMANCY_TITLE'] ?? config.cookies[0]?.domain ?? 'Datamancy';
  const openStore: OpenStore = () => config.valkey && createValkeyStore(config.valkey, createLog('gate', 'silent'));
  const answer = await answerPeople(JSON.parse(await readAll(process.stdin)), config, title, openStore);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** What {@link runPeopleCommand} answers. E_USAGE for anything that is no request. */
export async function answerPeople(given: unknown, config: Settings, title: string, openStore: OpenStore): Promise<Answer> {
  const request = requestSchema.safeParse(given);
  if (!request.success)
    throw new DatamancyError('E_USAGE', `not a request: ${z.prettifyError(request.error)}`, { fix: 'use the datamancy of this cluster' });
  switch (request.data.kind) {
    case 'mail-link':
      return await mailLink(config, request.data, title);
    case 'second-factors':
      return await withRecords(config, countFactors, request.data.id);
    case 'forget-second-factors':
      return await withRecords(config, forgetFactors, request.data.id);
    case 'end-sessions':
      return await endSessions(config, openStore, request.data.id);
    case 'forget-person':
      return await withRecords(config, forgetPerson, request.data.id);
  }
}

async function mailLink({ notifier }: Settings, request: MailLink, title: string): Promise<Answer> {
  const outcome: { result: 'sent' | 'failed' } = { result: 'failed' };
  const metrics = { ...createMetrics(), mail: (result: 'sent' | 'failed') => void (outcome.result = result) };
  const mailer = createMailer(notifier, title, createLog('gate', 'silent'), metrics);
  if (!mailer.reachesPeople) return { sent: false, why: 'no mail is configured' };
  await mailer.send({ to: request.to, ...wordsOf(request, title) });
  return outcome.result === 'sent' ? { sent: true } : { sent: false, why: 'the mail server did not take it' };
}

function wordsOf(
  { purpose, fullName, username, url, validUntil }: MailLink,
  title: string,
): { readonly title: string; readonly lines: readonly string[] } {
  const account = `your account "${safeText(username)}" at ${title}`;
  const until = `${validUntil.slice(0, 16).replace('T', ' ')} UTC`;
  return {
    title: purpose === 'welcome' ? `Welcome to ${title}` : 'Choose a new password',
    lines: [
      `Hello ${safeText(fullName)},`,
      purpose === 'welcome' ? `${account} is ready. Choose a password for it here:` : `choose a new password for ${account} here:`,
      url,
      `The link works once, until ${until}. Whoever has it can take the account: give it to nobody.`,
    ],
  };
}

async function withRecords({ storage }: Settings, work: (records: Records, id: string) => Promise<Answer>, id: string): Promise<Answer> {
  const records = createSqliteRecords({ ...storage, onChange: () => undefined });
  try {
    return await work(records, id);
  } catch (cause) {
    if (cause instanceof RecordsUnavailable) return { why: 'the records cannot be read at the moment' };
    throw cause;
  } finally {
    records.close();
  }
}

async function countFactors(records: Records, id: string): Promise<Answer> {
  const { totp, passkeys } = await records.secondFactorsOf(id);
  return { totp, passkeys: passkeys.length };
}

/** With the last one go the recovery codes too. Gives what was there. */
async function forgetFactors(records: Records, id: string): Promise<Answer> {
  const { totp, passkeys } = await records.secondFactorsOf(id);
  if (totp) await records.removeTotp(id);
  for (const passkey of passkeys) await records.removePasskey(id, passkey.id);
  return { totp, passkeys: passkeys.length };
}

/** Whatever is kept of somebody who is gone, consents too. Gives which second factors there were. */
async function forgetPerson(records: Records, id: string): Promise<Answer> {
  const factors = await countFactors(records, id);
  await records.forget(id);
  return factors;
}

async function endSessions({ sessionSecret }: Settings, openStore: OpenStore, id: string): Promise<Answer> {
  const store = openStore();
  if (!store) return { why: 'sessions are in the memory of the sign-on server alone; a restart of it ends them all' };
  try {
    await untilConnected(store);
    const sessions = createSessions(store, sessionSecret);
    const open = await sessions.list(id);
    await sessions.revokeAll(id);
    return { sessions: open.length };
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return { why: 'the sessions cannot be read at the moment' };
    throw cause;
  } finally {
    store.close();
  }
}

/** A store that was just opened refuses to answer until its connection stands. */
async function untilConnected(store: Store): Promise<void> {
  const end = Date.now() + connectMs;
  for (;;) {
    try {
      await store.get('connected');
      return;
    } catch (cause) {
      if (Date.now() > end) throw cause;
      await sleep(50);
    }
  }
}
