import logUpdate from 'log-update';
import type { Progress } from '../deploy/outcome.ts';
import type { BuildProgress } from '../images/build.ts';
import type { Canvas, UnitLine } from './picture.ts';
import { drawBuild, drawUnits } from './picture.ts';

/** A live picture on a terminal, one plain line for each event elsewhere, nothing where a program reads along. */
export interface Live<Event> {
  readonly update: (event: Event) => void;
  readonly end: () => void;
}

interface Views<Event> {
  readonly take: (event: Event, seconds: string) => void;
  readonly draw: (canvas: Canvas) => string;
  /** Undefined for what is not worth a line. */
  readonly plain: (event: Event) => string | undefined;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function live<Event>(quiet: boolean, { take, draw, plain }: Views<Event>): Live<Event> {
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (quiet) return { update: () => undefined, end: () => undefined };
  if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') {
    const print = (event: Event): void => {
      const line = plain(event);
      if (line !== undefined) console.log(`${line} (${seconds()})`);
    };
    return { update: print, end: () => undefined };
  }
  let tick = 0;
  const redraw = (): void => {
    const { columns, rows } = process.stdout;
    const picture = draw({ columns, rows, frame: frames[tick++ % frames.length] ?? '', seconds: seconds() });
    if (picture !== '') logUpdate(picture);
  };
  const timer = setInterval(redraw, 100);
  return {
    update: (event) => take(event, seconds()),
    end: () => {
      clearInterval(timer);
      redraw();
      logUpdate.done();
    },
  };
}

/** Shows how far the building of images is. */
export function showBuild(quiet: boolean): Live<BuildProgress> {
  let last: BuildProgress = { done: 0, total: 0, current: [] };
  return live<BuildProgress>(quiet, {
    take: (event) => {
      last = event;
    },
    draw: (canvas) => drawBuild(last, canvas),
    plain: ({ done, total, current }) => (current.length > 0 ? `images ${done}/${total}: building ${current.join(', ')}` : undefined),
  });
}

/** Shows each service on its way to health. */
export function showUnits(services: readonly string[], quiet: boolean): Live<Progress> {
  const lines = new Map<string, UnitLine>(services.map((service) => [service, { service, phase: 'waiting' }]));
  const width = Math.max(0, ...services.map(({ length }) => length));
  return live<Progress>(quiet, {
    take: (event, at) => {
      if (lines.has(event.service)) lines.set(event.service, { ...event, at });
    },
    draw: (canvas) => drawUnits([...lines.values()], canvas),
    plain: ({ service, phase, detail }) =>
      phase === 'failing' ? undefined : `${service.padEnd(width)} ${detail === undefined ? phase : `${phase}: ${detail}`}`,
  });
}
