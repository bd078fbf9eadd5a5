import type { Person } from '../directory.ts';
import type { Gate } from '../gate.ts';
import { safeText } from '../../kit/log.ts';

/** Tells a person that his password is not what it was. Goes on its own: nobody waits for the mail server. */
export function tellPasswordChanged({ mailer, theme }: Gate, person: Person, address: string): void {
  void mailer.send({
    to: person.email,
    title: 'Your password was changed',
    lines: [
      `Hello ${safeText(person.displayName)},`,
      `the password of your account "${safeText(person.username)}" at ${theme.title} was changed from the address ${safeText(address)}.`,
      'If it was you, there is nothing to do. If not, tell an administrator at once.',
    ],
  });
}

/** A link to choose a password, as somebody asked for who says that he forgot his. */
export async function sendResetLink(
  { mailer, theme }: Gate,
  person: Person,
  address: string,
  link: string,
  minutes: number,
): Promise<void> {
  await mailer.send({
    to: person.email,
    title: 'Choose a new password',
    lines: [
      `Hello ${safeText(person.displayName)},`,
      `somebody asked for a new password for your account "${safeText(person.username)}" at ${theme.title}, from the address ${safeText(address)}.`,
      `If it was you, open this link within ${minutes} minutes. It works once:`,
      link,
      'If it was not you, do nothing: your password stays as it is.',
    ],
  });
}
