import { readExample } from '../example-stack.ts';
import type { GoldenStack } from '../golden-stack.ts';

const example = readExample('starter');

/** The cluster that `npm start` makes, built from Debian packages, on the ports of a machine whose standard ones are taken. */
export const starter: GoldenStack = {
  ...example,
  declaration: { ...example.declaration, images: 'debian' },
  ports: { http: 8080, https: 8443 },
};
