import { DatamancyError } from '../kit/errors.ts';
import { setPassword } from '../people/changes.ts';
import { whyWeak } from '../people/draft.ts';
import { findPerson } from '../people/find.ts';
import { errorColors } from './colors.ts';
import { invite } from './invite.ts';
import { printJson } from './output.ts';
import { changePeople, readPassword } from './people-cluster.ts';
import { endedJson, endedWords, endSessions } from './users-sessions.ts';

interface PasswdOptions {
  readonly cluster?: string;
  readonly json?: true;
  readonly invite?: 'mail' | 'link';
  readonly passwordStdin?: true;
}

/** Prints or mails a link with which the person chooses a new password, or sets the one on standard input and ends what was opened with the old one. */
export async function usersPasswd(options: PasswdOptions, name: string, signal: AbortSignal): Promise<number> {
  const password = options.passwordStdin ? await readPassword() : undefined;
  const weak = password === undefined ? undefined : whyWeak(password);
  if (weak) throw new DatamancyError('E_USAGE', weak.what, { fix: weak.fix });
  return changePeople(options, 'users passwd', async (cluster) => {
    const { directory } = cluster;
    const person = findPerson(await directory.read(signal), name);
    // The directory takes the lock away together with the old password.
    if (person.state === 'disabled') {
      throw new DatamancyError('E_PERSON_KEPT', `${person.name} is disabled, and a new password would end that`, {
        fix: `first: datamancy users enable ${person.name}`,
      });
    }
    if (password !== undefined) {
      await directory.write([setPassword(person, password)], signal);
      const ended = await endSessions(cluster, person, signal);
      if (options.json) printJson({ name: person.name, changed: true, link: null, ...endedJson(ended) });
      else console.log(`${person.name} has the new password; ${endedWords(ended, 'sessions that are open go on')}`);
      if ('why' in ended) console.error(errorColors.yellow(`note: sessions could not be ended: ${ended.why}`));
      return 0;
    }
    const invitation = await invite(cluster, person, options.invite ?? 'link', signal);
    if (options.json) printJson({ name: person.name, changed: false, link: invitation.json });
    else invitation.print();
    return 0;
  });
}
