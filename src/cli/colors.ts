import picocolors from 'picocolors';

/** Colours for standard output: on a terminal only, unless NO_COLOR or FORCE_COLOR says otherwise (https://no-color.org). */
export const colors = picocolors.createColors(isColourful(process.stdout));

/** Colours for standard error, which may go elsewhere than standard output. */
export const errorColors = picocolors.createColors(isColourful(process.stderr));

function isColourful({ isTTY = false }: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return isTTY && TERM !== 'dumb';
}
