import type { Need, Secret, Text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';
import type { DatabaseGrant } from './database.ts';
import { grantDatabase } from './database.ts';

export interface MongodbRequest {
  /** A user who reads and changes every database, for a tool of the administrator. */
  readonly everywhere?: boolean;
}

export function mongodb(request: MongodbRequest = {}): Need<'mongodb', MongodbRequest, DatabaseGrant> {
  return { kind: 'mongodb', request };
}

/** https://www.mongodb.com/docs/manual/reference/built-in-roles/ */
const everywhere = ['readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor']
  .map((role) => `, { role: '${role}', db: 'admin' }`)
  .join('');

/** A database for each client, and in it a user who owns it and nothing else; the server looks for him in that database, as the address says. */
export const mongodbContract: Contract<MongodbRequest, DatabaseGrant> = {
  kind: 'mongodb',
  network: 'data',
  grant: (input) => grantDatabase('mongodb', input),
  apply: ({ grants }) => [
    { title: 'users and databases', argv: ['mongosh', '--quiet', '--nodb', '--file', '/dev/stdin'], input: renderMongodbGrants(grants) },
  ],
};

/** Script for mongosh that brings every user to his grant; the root password comes from the file that the image reads too (https://hub.docker.com/_/mongo). */
function renderMongodbGrants(grants: readonly GrantRecord<MongodbRequest, DatabaseGrant>[]): Text<string | Secret> {
  const parts: (string | Secret)[] = [
    "const root = require('fs').readFileSync(process.env.MONGO_INITDB_ROOT_PASSWORD_FILE, 'utf8').trim();\n",
    "const server = new Mongo('mongodb://127.0.0.1:27017');\n",
    "server.getDB('admin').auth(process.env.MONGO_INITDB_ROOT_USERNAME, root);\n",
  ];
  for (const { grant, request } of grants) {
    const alsoEverywhere = request.everywhere === true ? everywhere : '';
    parts.push(`{\n  const database = server.getDB('${grant.name}');\n  const account = { pwd: '`, grant.password);
    parts.push(`', roles: [{ role: 'dbOwner', db: '${grant.name}' }${alsoEverywhere}] };\n`);
    parts.push(
      `  if (database.getUser('${grant.user}')) database.updateUser('${grant.user}', account);\n`,
      `  else database.createUser({ user: '${grant.user}', ...account });\n}\n`,
    );
  }
  return { kind: 'text', parts };
}
