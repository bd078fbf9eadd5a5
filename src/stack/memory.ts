export { bytesOf } from '../kit/size.ts';

/** Bytes as a person reads them in a message: `5.2 GiB`. */
export function inGib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1).replace(/\.0$/, '')} GiB`;
}

/** Bytes in the unit in which they are a short number: `512 MiB`, `2 GiB`. */
export function inUnits(bytes: number): string {
  return bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)} MiB` : inGib(bytes);
}
