import { Counter, Gauge, Registry } from 'prom-client';
import { safeText } from '../kit/log.ts';
import type { Container } from './container.ts';
import { type Figure, figures } from './figures.ts';
import type { Look } from './look.ts';
import { isOurs, label } from './ours.ts';

/** What is known of containers beyond the engine's own description. */
export interface FigureFacts {
  readonly cluster: string;
  readonly lastKillOf: (id: string) => number | undefined;
}

const longestLabel = 128;

/**
 * The figures of a look, in the text format. Each has the container's name as `name` and its cluster and service as cAdvisor calls them,
 * so that both sides join and the same selector fits. `service` and `cluster` themselves belong to whoever collects. All containers of
 * the machine are there; `scope` is `cluster` for units of this cluster and `machine` for all else, which is nobody's business to alert on.
 */
export async function printFigures({ containers, unread, leftOut }: Look, facts: FigureFacts): Promise<string> {
  const registry = new Registry();
  const labelled = withLabels(containers, facts.cluster);
  for (const { name, help, type, by, of } of figures) {
    const metric = { name, help, registers: [registry], labelNames: [...commonLabels, ...(by === undefined ? [] : [by])] };
    const set = setterOf(type, metric);
    for (const { container, labels } of labelled) {
      const found = of(container, facts.lastKillOf(container.id));
      if (typeof found === 'number') set(labels, found);
      else for (const [key, value] of Object.entries(found ?? {})) set({ ...labels, [by ?? '']: key }, value);
    }
  }
  const info = new Gauge({
    name: 'docker_container_info',
    help: '1, with the image of the container as it was asked for and as it was found.',
    labelNames: [...commonLabels, 'id', 'image', 'image_id'],
    registers: [registry],
  });
  for (const { container, labels } of labelled) {
    const { id, image, imageId } = container;
    info.set({ ...labels, id, image: safeText(image, longestLabel), image_id: safeText(imageId, longestLabel) }, 1);
  }
  count('seen', 'Containers that these figures are of.', containers.length);
  count('unread', 'Containers that the engine listed and then did not describe.', unread);
  count('left_out', 'Containers that nobody asked about, because there are too many.', leftOut);
  return await registry.metrics();

  function count(what: string, help: string, value: number): void {
    new Gauge({ name: `docker_exporter_containers_${what}`, help, registers: [registry] }).set(value);
  }
}

type Labels = Readonly<Record<string, string>>;
const commonLabels = ['name', 'scope', 'container_label_org_datamancy_cluster', 'container_label_org_datamancy_service'];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

function setterOf(type: Figure['type'], metric: Metric): (labels: Labels, value: number) => void {
  if (type === 'gauge') {
    const gauge = new Gauge(metric);
    return (labels, value) => gauge.set(labels, value);
  }
  const counter = new Counter(metric);
  return (labels, value) => counter.inc(labels, value);
}

/** Names that come to the same when they are cut short get the container's id, so that no two containers share a series. */
function withLabels(
  containers: readonly Container[],
  cluster: string,
): readonly { readonly container: Container; readonly labels: Labels }[] {
  const taken = new Set<string>();
  return containers.map((container) => {
    const { id, labels } = container;
    const plain = safeText(container.name, longestLabel);
    const name = plain === '' || taken.has(plain) ? `${plain}~${id}` : plain;
    taken.add(name);
    const own = { name, scope: isOurs(labels, cluster) ? 'cluster' : 'machine' };
    return {
      container,
      labels: { ...own, ...cadvisors('cluster', labels[label.cluster]), ...cadvisors('service', labels[label.service]) },
    };
  });
}

function cadvisors(key: string, value: string | undefined): Labels {
  return value === undefined ? {} : { [`container_label_org_datamancy_${key}`]: safeText(value, longestLabel) };
}
