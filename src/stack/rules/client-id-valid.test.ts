import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientIdValid } from './client-id-valid.ts';

test.each(['', 'my app', 'böse', 'a/b', '.hidden', 'a\nb', 'x'.repeat(101), 'token_unencrypted', 'a~b'])('the id %j is refused', (id) => {
  expect(findingsOfClient(clientIdValid, {}, id)).toEqual([
    `clients.${id}: ${JSON.stringify(id)} is no id of a client; use a letter or digit followed by at most 99 letters, digits, dots, dashes and underscores`,
  ]);
});

test.each(['grafana', 'org.example.app', 'App_2', 'x'.repeat(100)])('the id %j passes', (id) => {
  expect(findingsOfClient(clientIdValid, {}, id)).toEqual([]);
});
