import { createMemoryStore } from './memory-store.ts';
import { describeDirectory, describePasswords } from './testing/directory-suite.ts';
import { createMemoryDirectory } from './testing/memory-directory.ts';
import { alice, bob } from './testing/people.ts';
import { describeStore } from './testing/store-suite.ts';

const store = createMemoryStore();
describeStore('memory', () => store);

const directory = createMemoryDirectory([alice, bob]);
describeDirectory('memory', () => directory, alice.id);
describePasswords('memory', () => directory);
