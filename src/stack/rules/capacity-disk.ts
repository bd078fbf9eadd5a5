import { bytesOf, inGib } from '../memory.ts';
import type { ResolvedService, ResolvedStack } from '../stack.ts';
import type { Rule } from './rule.ts';
import { sumOf, whatToDrop } from './shares.ts';

/** What images roughly take once they are unpacked: those built here share most of it, and these are far larger than others. */
const large = [
  { image: /vllm|sglang/, size: '20GiB' },
  { image: /open-webui/, size: '5GiB' },
  { image: /onlyoffice|localai/, size: '4GiB' },
] as const;
const ordinary = { upstream: '768MiB', debian: '256MiB' } as const;

export const capacityDisk: Rule = {
  id: 'capacity-disk',
  why: 'a disk that fills up ends every database on it at once, and the images alone may fill it while they are installed',
  check: (stack, { machine: { diskBytes } }) => {
    if (diskBytes === undefined) return [];
    const roomOf = roomIn(stack);
    const total = sumOf(stack.services.map(roomOf));
    if (total <= diskBytes) return [];
    return [
      {
        where: 'services',
        message: `their images and volumes need about ${inGib(total)}, and the disk has ${inGib(diskBytes)}`,
        fix: `leave services out: ${whatToDrop(stack, roomOf, total - diskBytes)}; for another machine write its size, such as machine: {disk: 500GiB}`,
        path: ['services'],
      },
    ];
  },
};

/** What each unit needs beside those before it: an image that several have lies on the disk once, and so do volumes that workers share. */
function roomIn({ services, placement }: ResolvedStack): (one: ResolvedService) => number {
  const firstWith = new Map<string, string>();
  for (const { name, image } of services) if (image && !firstWith.has(image.reference)) firstWith.set(image.reference, name);
  return ({ name, family, service, image }) => {
    const volumes = name === family ? Object.values(service.volumes ?? {}).map(({ size = '256MiB' }) => bytesOf(size)) : [];
    const isItsOwn = placement.runtime === 'compose' && image !== undefined && firstWith.get(image.reference) === name;
    return sumOf([...volumes, ...(isItsOwn ? [imageBytes(image)] : [])]);
  };
}

function imageBytes({ reference, source }: NonNullable<ResolvedService['image']>): number {
  return bytesOf(large.find(({ image }) => image.test(reference))?.size ?? ordinary[source]);
}
