import type { Context } from 'hono';
import { addProof } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { newCodesPage } from '../pages/settings.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { safeRedirect } from '../redirect.ts';
import type { Method, Session } from '../sessions.ts';
import { digestRecoveryCode, newRecoveryCodes } from './recovery.ts';

/** A second factor that was just set up: a proof, too, for it was used once. */
export interface Enrolled {
  readonly what: 'totp' | 'passkey';
  readonly methods: readonly Method[];
  /** The person had no second factor before. */
  readonly isFirst: boolean;
  readonly wanted: string | undefined;
}

/** Goes on after an enrolment; with the first second factor come recovery codes, shown this once. */
export async function afterEnrolment(gate: Gate, context: Context<GateEnv>, session: Session, enrolled: Enrolled): Promise<Response> {
  const { what, methods, isFirst, wanted } = enrolled;
  noteChange(gate, context, session, what === 'totp' ? 'an authenticator app was set up' : 'a passkey was added');
  const proved = await addProof(gate, context, session, methods);
  const goOn = safeRedirect(wanted, [context.get('portal').domain]) ?? '/settings';
  return isFirst ? await showNewCodes(gate, context, proved, goOn) : seeOther(context, goOn);
}

/** Makes new recovery codes in place of the old ones and shows them. */
export async function showNewCodes(gate: Gate, context: Context<GateEnv>, session: Session, goOn: string): Promise<Response> {
  const codes = newRecoveryCodes();
  const digests = codes.map((code) => digestRecoveryCode(gate.config.storage.encryptionKey, session.person.id, code));
  await gate.records.replaceRecoveryCodes(session.person.id, digests);
  noteChange(gate, context, session, 'new recovery codes were made');
  return await sendPage(context, gate.theme, context.get('portal'), newCodesPage(codes, goOn));
}

/** Tells the log and the person of a change to what protects his account. Nobody waits for the mail server. */
export function noteChange(gate: Gate, context: Context<GateEnv>, { person }: Session, what: string): void {
  const address = addressOf(context);
  gate.log.info({ event: 'account.change', what, user: safeText(person.username), address }, 'account changed');
  void gate.mailer.send({
    to: person.email,
    title: 'Your sign-in was changed',
    lines: [
      `Hello ${safeText(person.displayName)},`,
      `this was done to your account "${safeText(person.username)}" at ${gate.theme.title} from the address ${safeText(address)}: ${what}.`,
      'If it was you, there is nothing to do. If not, tell an administrator at once.',
    ],
  });
}
