/** Labels that the renderer puts on every unit, and the one that Compose puts on a single run. */
export const label = {
  cluster: 'org.datamancy.cluster',
  service: 'org.datamancy.service',
  oneOff: 'com.docker.compose.oneoff',
} as const;

/** Whether it is a unit of this cluster. Its images are labelled too, so one that somebody runs by hand has the cluster and no service. */
export function isOurs(labels: Readonly<Record<string, string>>, cluster: string): boolean {
  return labels[label.cluster] === cluster && labels[label.service] !== undefined && labels[label.oneOff] !== 'True';
}
