import type { CategoryOfServices } from '../categories.ts';
import { ownerOf } from '../../stack/door.ts';
import type { NetworkName, ResolvedService } from '../../stack/stack.ts';
import { label, linked, picture } from './picture.ts';

const row = 26;
const names = 220;
const lane = 84;
const top = 44;

/** Networks as lines and units as the stops on them: whoever has a stop on a line can be reached from every other stop on it. */
export function networksPicture(
  categories: readonly CategoryOfServices[],
  unitsOf: (service: ResolvedService) => readonly ResolvedService[],
): string {
  const rows = categories.flatMap(({ title, services }): readonly (string | ResolvedService)[] => [title, ...services.flatMap(unitsOf)]);
  const lanes = [...new Set(rows.flatMap((one) => (typeof one === 'string' ? [] : one.networks.map(laneOf))))].toSorted(
    (a, b) => order.indexOf(a) - order.indexOf(b),
  );
  const size = { width: names + lanes.length * lane, height: top + rows.length * row + 10 };
  const at = (lane_: string): number => names + lanes.indexOf(lane_) * lane + lane / 2;
  const y = (index: number): number => top + index * row + row / 2;
  const stops = rows.map((one, i) => (typeof one === 'string' ? [] : one.networks.map((network) => ({ lane: laneOf(network), i }))));
  return picture('Which unit is on which network', size, [
    ...lanes.map((one) => {
      const on = stops.flat().filter((stop) => stop.lane === one);
      const [first = 0, last = 0] = [on[0]?.i, on.at(-1)?.i];
      return `<g class="lane ${one}">${label({ x: at(one), y: 22 }, one, 'centre')}<path class="line" d="M${at(one)} ${y(first)}V${y(last)}"/></g>`;
    }),
    ...rows.map((one, i) => {
      if (typeof one === 'string')
        return `<g class="head"><path class="rule" d="M0 ${y(i) + row / 2 - 1}H${size.width}"/>${label({ x: 0, y: y(i) + 5 }, one)}</g>`;
      const lanesOfUnit = [...new Set(one.networks.map(laneOf))];
      const dots = lanesOfUnit.map((each) => `<circle class="${each}" cx="${at(each)}" cy="${y(i)}" r="6"/>`);
      const indent = one.name === one.family ? 8 : 22;
      return `${linked(`../services/${one.family}/`, label({ x: indent, y: y(i) + 4 }, one.name))}${dots.join('')}`;
    }),
  ]);
}

const order = ['edge', 'doors', 'apart', 'apps', 'data', 'engine', 'engine-control'];

/** The doors are many networks, each with the edge and one service alone, and so are those on which such a service meets its providers. */
function laneOf(network: NetworkName): string {
  return /^(?:fixed-)?door-/.test(network) ? 'doors' : ownerOf(network) === undefined ? network : 'apart';
}
