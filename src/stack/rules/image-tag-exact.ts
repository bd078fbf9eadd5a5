import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const exact = /\d+\.\d+|\d{4,}|[0-9a-f]{7,40}$/;

export const imageTagExact: Rule = {
  id: 'image-tag-exact',
  why: 'a tag that follows the newest release changes under the cluster, and nobody decided it',
  check: ({ services }) =>
    services.flatMap(({ name, service: { image = '', allow } }) => {
      const [, tag = ''] = image.slice(image.lastIndexOf('/') + 1).split(':');
      const floats = (allow?.floatingTag ?? '').trim() === '' && tag !== '' && tag !== 'latest' && !image.includes('@') && !exact.test(tag);
      return floats
        ? [
            about(
              name,
              `the tag ${tag} of its image moves with each release`,
              'pin the whole version, as in name:1.2.3; where upstream has none, say so in allow: { floatingTag }',
            ),
          ]
        : [];
    }),
};
