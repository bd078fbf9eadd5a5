import { expect, test } from 'vitest';
import { sampleApp, sampleEdge, sampleStack } from '../stack/sample.ts';
import { wellKnownSite } from './caddy-well-known.ts';

test('the domain has a site only where a service answers there, and nothing else is found at it', () => {
  expect(wellKnownSite(sampleStack([sampleEdge, sampleApp('planka')]))).toEqual([]);
  const chat = sampleApp('chat', { wellKnown: ({ url }) => ({ 'matrix/client': { base: url }, 'a/b': ['`{host}`'] }) });
  const stack = sampleStack([sampleEdge, chat]);
  expect(wellKnownSite(stack)).toEqual([
    `https://${stack.domain} {
	import site
	route {
		@known path /.well-known/a/b /.well-known/matrix/client
		header @known {
			Access-Control-Allow-Origin *
			Content-Type application/json
		}
		respond /.well-known/a/b \`["\\u0060\\u007bhost}\\u0060"]\`
		respond /.well-known/matrix/client \`\\{"base":"https://chat.${stack.domain}"}\`
		respond "No such host in this cluster." 404
	}
}`,
  ]);
});
