import { parseUrl } from '../../kit/parse-url.ts';
import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientAudience: Rule = {
  id: 'client-audience',
  why: 'a service takes a token only if it finds its own address in it, letter for letter',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      client.audience.flatMap((value, i) =>
        isAudience(value)
          ? []
          : [
              aboutClient(
                client,
                `${JSON.stringify(value)} is no address of a service`,
                'write it as https://api.example.net',
                'audience',
                String(i),
              ),
            ],
      ),
    ),
};

function isAudience(value: string): boolean {
  return parseUrl(value)?.protocol === 'https:' && !/[#\s*{}\\]/.test(value);
}
