import { DatamancyError } from '../kit/errors.ts';
import { askSignOn, type SignOnAnswer } from '../people/ask-sign-on.ts';
import { findPerson } from '../people/find.ts';
import type { Person } from '../people/person.ts';
import { printJson } from './output.ts';
import { changePeople, type PeopleCluster } from './people-cluster.ts';

/** What a person has beside the password, in words; `not known` where the sign-on server cannot be asked. */
export async function secondFactorOf({ stack, runtime }: PeopleCluster, { id }: Person, signal: AbortSignal): Promise<string> {
  const answer = await askSignOn(stack, runtime, { kind: 'second-factors', id }, signal);
  return wordsOf(answer) ?? `not known: ${answer.why ?? 'no answer'}`;
}

/** For a person whose phone or key is lost: with the password alone a new second factor can be set up. */
export async function usersForgetSecondFactor(
  options: { readonly cluster?: string; readonly json?: true },
  name: string,
  signal: AbortSignal,
): Promise<number> {
  return changePeople(options, 'users forget-second-factor', async ({ stack, runtime, directory }) => {
    const person = findPerson(await directory.read(signal), name);
    const answer = await askSignOn(stack, runtime, { kind: 'forget-second-factors', id: person.id }, signal);
    const forgotten = wordsOf(answer);
    if (forgotten === undefined) {
      throw new DatamancyError('E_COMMAND_FAILED', `nothing was forgotten: ${answer.why ?? 'the sign-on server gave no answer'}`, {
        fix: 'see datamancy status; another sign-on server than gate has a command of its own for it',
      });
    }
    if (options.json) printJson({ name: person.name, forgotten });
    else
      console.log(
        forgotten === 'none'
          ? `${person.name} had no second factor`
          : `${person.name} has no second factor any more; forgotten: ${forgotten}`,
      );
    return 0;
  });
}

function wordsOf({ totp, passkeys }: SignOnAnswer): string | undefined {
  if (totp === undefined || passkeys === undefined) return undefined;
  const kinds = [
    ...(totp ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [`${passkeys} ${passkeys === 1 ? 'passkey' : 'passkeys'}`] : []),
  ];
  return kinds.join(', ') || 'none';
}
