import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const imagePinned: Rule = {
  id: 'image-pinned',
  why: 'an image that moves makes two runs of the same declaration differ',
  check: ({ services }) =>
    services.flatMap(({ name, service: { image } }) => {
      const moves = image === undefined ? undefined : whyItMoves(image);
      return moves === undefined ? [] : [about(name, `its image ${image ?? ''} ${moves}`, 'pin a version, as in name:1.2.3')];
    }),
};

/** The tag follows the last colon after the last slash: a colon before it is a registry's port. */
function whyItMoves(image: string): string | undefined {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  if (!/^[a-z0-9][\w./:-]*$/.test(image)) return 'is no reference to an image';
  const [, tag] = image.slice(image.lastIndexOf('/') + 1).split(':');
  if (tag === undefined || tag === '') return 'has no tag';
  return tag === 'latest' ? 'is pinned to latest, which is no version' : undefined;
}
