import { writeFile } from 'node:fs/promises';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { messageOf } from '../kit/errors.ts';
import type { GateConfig } from './config.ts';
import { type Log, safeText } from '../kit/log.ts';
import type { Metrics } from './metrics.ts';

/** One mail in plain words. */
export interface Mail {
  /** A bare address. */
  readonly to: string;
  readonly title: string;
  readonly lines: readonly string[];
}

/** Sends mails to people. */
export interface Mailer {
  /** Whether mails reach people; where they go to a file, somebody else must hand them over. */
  readonly reachesPeople: boolean;
  /** Whether the mail was taken. Never throws: one that was not is logged, without its words. */
  send(mail: Mail): Promise<boolean>;
}

type Deliver = (message: { readonly to: string; readonly subject: string; readonly text: string }) => Promise<void>;
type Settings = GateConfig['notifier'];

/** Over SMTP or into a file, as the notifier section says. `title` is the cluster's, for the subject. */
export function createMailer(settings: Settings, title: string, log: Log, metrics: Metrics): Mailer {
  const subject = settings.smtp?.subject ?? `[${title}] {title}`;
  const deliver = delivererOf(settings);
  return {
    reachesPeople: settings.smtp !== undefined,
    async send({ to, title: words, lines }) {
      if (!deliver || !isMailAddress(to)) return false;
      try {
        await deliver({ to, subject: subject.replace('{title}', () => words), text: `${lines.join('\n\n')}\n` });
        metrics.mail('sent');
        return true;
      } catch (cause) {
        metrics.mail('failed');
        log.error({ event: 'mail', cause: safeText(messageOf(cause), 300) }, 'a mail could not be sent');
        return false;
      }
    },
  };
}

function delivererOf({ smtp, filesystem }: Settings): Deliver | undefined {
  if (smtp) return deliverOverSmtp(smtp);
  if (!filesystem) return undefined;
  return async ({ to, subject, text }) => {
    const mail = `Date: ${new Date().toISOString()}\nRecipient: ${to}\nSubject: ${subject}\n\n${text}`;
    await writeFile(filesystem.filename, mail, { mode: 0o600 });
  };
}

/** TLS comes first unless the file says that it need not. */
function deliverOverSmtp(smtp: NonNullable<Settings['smtp']>): Deliver {
  const { host, port, isTls } = smtp.address;
  const transport = createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: !isTls && !smtp.disable_require_tls,
    ignoreTLS: smtp.disable_starttls,
    name: smtp.identifier,
    ...(smtp.username ? { auth: { user: smtp.username, pass: smtp.password ?? '' } } : {}),
    tls: {
      ...(smtp.tls?.server_name ? { servername: smtp.tls.server_name } : {}),
      rejectUnauthorized: smtp.tls?.skip_verify !== true,
      minVersion: smtp.tls?.minimum_version === 'TLS1.3' ? 'TLSv1.3' : 'TLSv1.2',
    },
    connectionTimeout: smtp.timeout,
    greetingTimeout: smtp.timeout,
    socketTimeout: smtp.timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text }) => {
    const message: SendMailOptions = { from: smtp.sender, to: { name: '', address: to }, subject, text };
    await transport.sendMail({ ...message, headers: { 'Auto-Submitted': 'auto-generated' } });
  };
}

/** One address without a list, a comment or a second header in it. */
function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@,;:<>()"[\]\\\p{Cc}]+@[^\s@,;:<>()"[\]\\\p{Cc}]+$/u.test(text);
}
