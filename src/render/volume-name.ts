/** A volume's name within the cluster's project. */
export function volumeName(service: string, volume: string): string {
  return `${service}-${volume}`;
}
