const units = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/** An amount of memory or room on a disk. */
export type Size = `${number}${keyof typeof units}`;

/** Exactly what people may write for one: `512MiB`, `1.5GiB`, `4TiB`. */
export const sizePattern = /^\d{1,9}(?:\.\d{1,3})?(?:MiB|GiB|TiB)$/;

export function isSize(text: string): text is Size {
  return sizePattern.test(text);
}

export function bytesOf(size: Size): number {
  const unit = (Object.keys(units) as (keyof typeof units)[]).find((name) => size.endsWith(name)) ?? 'MiB';
  return Math.round(Number.parseFloat(size) * units[unit]);
}
