import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { capabilityKnown } from './capability-known.ts';

test('an unknown capability is refused with the nearest one, and a known one without a reason too', () => {
  const capabilities = { NET_BIND_SERVICES: 'ports', CAP_CHOWN: 'files', SETUID: '' };
  expect(findingsOf(capabilityKnown, [sampleService('planka', { allow: { capabilities } })])).toEqual([
    'planka: it is allowed "NET_BIND_SERVICES", which is no capability; write NET_BIND_SERVICE',
    'planka: it is allowed "CAP_CHOWN", which is no capability; write CHOWN',
    'planka: it is allowed SETUID without a reason; say what it needs the capability for',
  ]);
});

test('a capability with its reason passes', () => {
  expect(findingsOf(capabilityKnown, [sampleService('planka', { allow: { capabilities: { CHOWN: 'it gives files to users' } } })])).toEqual(
    [],
  );
});
