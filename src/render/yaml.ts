import { stringify } from 'yaml';

/**
 * YAML in which every string is quoted, because readers differ in what a bare one is: Go's reads `1_000` as a number, older
 * ones read `on` as a boolean. Nothing is folded and nothing is an alias.
 */
export function printYaml(data: unknown): string {
  return stringify(data, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', aliasDuplicateObjects: false });
}
