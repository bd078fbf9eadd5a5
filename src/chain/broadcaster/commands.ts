import { text as readAll } from 'node:stream/consumers';
import * as z from 'zod';
import { nameField } from '../../contracts/evm-fields.ts';
import { DatamancyError } from '../../kit/errors.ts';
import { importAccount } from './accounts.ts';
import { clientsSchema, replaceClients } from './clients.ts';
import { openConfiguredLedger, readSettings } from './server.ts';

/** Takes the tokens of all clients on standard input, `{"name": ["token"]}`: what the stack granted, at every `up`. */
export async function runClientsCommand(_argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const tokens = clientsSchema.safeParse(JSON.parse(await readAll(process.stdin)));
  if (!tokens.success) throw usage('these are no clients', 'give {"name": ["token"]} on standard input');
  const ledger = await openConfiguredLedger(readSettings(env));
  replaceClients(ledger, tokens.data);
  ledger.database.close();
}

/** Takes in a private key on standard input under the name that is the one argument, and prints its address. */
export async function runImportCommand(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const name = nameField.safeParse(argv[0]);
  if (!name.success)
    throw usage(`a name ${z.flattenError(name.error).formErrors.join()}`, 'serve evm-import <name>, with the key on standard input');
  const key = (await readAll(process.stdin)).trim();
  const ledger = await openConfiguredLedger(readSettings(env));
  const { address } = importAccount(ledger, name.data, key, Date.now());
  ledger.database.close();
  process.stdout.write(`${address}\n`);
}

function usage(message: string, fix: string): DatamancyError {
  return new DatamancyError('E_USAGE', message, { fix });
}
