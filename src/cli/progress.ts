import logUpdate from 'log-update';
import colors from 'picocolors';
import type { Phase, Progress } from '../deploy/apply.ts';
import type { BuildProgress } from '../images/build.ts';

/** A live picture on a terminal, one plain line for each event elsewhere, nothing where a program reads along. */
export interface Live<Event> {
  readonly update: (event: Event) => void;
  readonly end: () => void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function live<Event>(quiet: boolean, plain: (event: Event, seconds: string) => string | undefined, take: (event: Event) => void, draw: (frame: string, seconds: string) => string): Live<Event> {
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (quiet) return { update: () => undefined, end: () => undefined };
  if (!process.stdout.isTTY) {
    return {
      update: (event) => {
        const line = plain(event, seconds());
        if (line !== undefined) console.log(line);
      },
      end: () => undefined,
    };
  }
  let tick = 0;
  const redraw = (): void => logUpdate(draw(frames[tick++ % frames.length] ?? '', seconds()));
  const timer = setInterval(redraw, 100);
  return {
    update: take,
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
  return live<BuildProgress>(
    quiet,
    ({ done, total, current }, seconds) => (current.length > 0 ? `images ${done}/${total}: building ${current.join(', ')} (${seconds})` : undefined),
    (event) => {
      last = event;
    },
    (frame, seconds) => {
      const { done, total, current } = last;
      if (total === 0) return '';
      if (done === total) return `${colors.green('✔')} ${total} images (${seconds})`;
      return `${colors.cyan(frame)} images ${bar(done, total)} ${done}/${total}  ${current.join(', ')} ${colors.dim(seconds)}`;
    },
  );
}

function bar(done: number, total: number): string {
  const width = 20;
  const filled = Math.round((done / total) * width);
  return colors.cyan('━'.repeat(filled)) + colors.dim('━'.repeat(width - filled));
}

/** Shows each service on its way to health. */
export function showUnits(services: readonly string[], quiet: boolean): Live<Progress> {
  const phases = new Map<string, Progress>(services.map((service) => [service, { service, phase: 'waiting' }]));
  const width = Math.max(...services.map(({ length }) => length));
  return live<Progress>(
    quiet,
    ({ service, phase, detail }, seconds) => (phase === 'granting' ? undefined : `${service.padEnd(width)} ${detail === undefined ? phase : `${phase}: ${detail}`} (${seconds})`),
    (progress) => {
      phases.set(progress.service, progress);
    },
    (frame, seconds) => {
      const lines = [...phases.values()].map(({ service, phase, detail }) => `${sign(phase, frame)} ${service.padEnd(width)} ${colors.dim(phase === 'ready' ? '' : (detail ?? phase))}`);
      return [...lines, colors.dim(`${[...phases.values()].filter(({ phase }) => phase === 'ready').length} of ${phases.size} ready, ${seconds}`)].join('\n');
    },
  );
}

function sign(phase: Phase, frame: string): string {
  switch (phase) {
    case 'ready':
      return colors.green('✔');
    case 'failed':
    case 'restored':
      return colors.red('✘');
    case 'blocked':
      return colors.yellow('○');
    case 'waiting':
      return colors.dim('·');
    case 'removed':
      return colors.dim('-');
    case 'starting':
    case 'granting':
      return colors.cyan(frame);
  }
}
