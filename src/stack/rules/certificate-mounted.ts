import { isWithin, mountsOf, placesOf, wordsOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const certificatePath = /(?<![\w.$}/-])\/(?:[\w.-]+\/)+[\w.-]+\.(?:pem|crt|key|p12|pfx)(?![\w.])/g;
/** What images bring themselves: the authorities of the world, and what packages install. */
const ofTheImage: readonly string[] = ['/etc/ssl/certs', '/etc/ssl/cert.pem', '/etc/pki', '/usr', '/run/secrets'];

export const certificateMounted: Rule = {
  id: 'certificate-mounted',
  why: 'the service ends at once, or goes on without encryption, when its certificate is not where it looks',
  from: 'the mail server looked for its certificate where none was mounted, and restarted for ever',
  check: ({ services }) =>
    services.flatMap((one) => {
      const given = [...ofTheImage, ...mountsOf(one).map(({ path }) => path)];
      const places = [...placesOf(one), { what: 'its command', words: wordsOf(one.command), below: [] }];
      return places.flatMap(({ what, words, below }) => {
        const missing = words
          .flatMap((word) => word.match(certificatePath) ?? [])
          .find((path) => !given.some((mount) => isWithin(path, mount)));
        return missing === undefined
          ? []
          : [
              about(
                one.name,
                `${what} names ${missing}, which nothing puts there`,
                'give it as a secret or a file, or keep it in a volume',
                ...below,
              ),
            ];
      });
    }),
};
