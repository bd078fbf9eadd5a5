import type { Service } from '../../service/index.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const imageAvailable: Rule = {
  id: 'image-available',
  why: 'there would be nothing to start',
  check: ({ services, declaration, placement }) =>
    placement.runtime === 'process'
      ? []
      : services
          .filter(({ image }) => image === undefined)
          .map(({ name, service }) => about(name, `has no image from ${sourceMissed(service, declaration.images)}`, fixFor(service))),
};

function sourceMissed({ image, debian }: Service, chosen: string): string {
  if (image !== undefined && debian === undefined) return 'Debian, from which images are built here';
  if (image === undefined && debian !== undefined) return 'upstream';
  return chosen === 'auto' ? 'upstream or Debian' : chosen;
}

function fixFor({ name, image, debian }: Service): string {
  if (image !== undefined) return `only upstream has it (${image}): set images: upstream, or leave ${name} out`;
  if (debian !== undefined) return `a recipe for Debian has it (${debian}): set images: debian, or leave ${name} out`;
  return 'give its definition an image or a Debian recipe';
}
