import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

const modes: readonly string[] = ['query', 'form_post'];

export const clientResponse: Rule = {
  id: 'client-response',
  why: 'tokens in an address stay in histories and logs (RFC 9700, section 2.1.2)',
  check: ({ clients }) =>
    clients.flatMap((client) => [
      ...client.responseTypes.flatMap((type, i) =>
        type === 'code'
          ? []
          : [
              aboutClient(
                client,
                `the response type ${JSON.stringify(type)} puts tokens into an address`,
                'write code, and let the application use PKCE',
                'response_types',
                String(i),
              ),
            ],
      ),
      ...client.responseModes.flatMap((mode, i) =>
        modes.includes(mode)
          ? []
          : [
              aboutClient(
                client,
                `a code does not come by the response mode ${mode}`,
                `write ${modes.join(' or ')}`,
                'response_modes',
                String(i),
              ),
            ],
      ),
    ]),
};
