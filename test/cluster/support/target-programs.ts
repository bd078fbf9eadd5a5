import type { ResolvedFile } from '../../../src/stack/stack.ts';

/** A program that reads a rendered file in the running cluster, or checks its format, and says whether it would take it. */
export interface TargetProgram {
  /** What it takes the file for. */
  readonly what: string;
  /** The image that has the program. */
  readonly recipe: string;
  /** The path of the file comes after these. */
  readonly argv: readonly [string, ...string[]];
  readonly reads: (file: ResolvedFile, service: string) => boolean;
}

export const targetPrograms: readonly TargetProgram[] = [
  {
    what: 'an edge',
    recipe: 'caddy',
    argv: ['caddy', 'validate', '--adapter', 'caddyfile', '--config'],
    reads: renderedBy('caddyfile'),
  },
  { what: 'a list to scrape', recipe: 'prometheus', argv: ['promtool', 'check', 'config'], reads: renderedBy('prometheus') },
  { what: 'alert rules', recipe: 'prometheus', argv: ['promtool', 'check', 'rules'], reads: renderedBy('prometheus-rules') },
  { what: 'ways of alerts', recipe: 'alertmanager', argv: ['amtool', 'check-config'], reads: renderedBy('alertmanager') },
  {
    what: 'probes',
    recipe: 'blackbox-exporter',
    argv: ['blackbox_exporter', '--config.check', '--config.file'],
    reads: (_, service) => service === 'blackbox-exporter',
  },
  { what: 'a message server', recipe: 'nats', argv: ['nats-server', '-t', '-c'], reads: (_, service) => service === 'nats' },
  { what: 'PHP', recipe: 'adminer', argv: ['php', '-l'], reads: endingIn('.php') },
  { what: 'shell', recipe: 'base', argv: ['bash', '-n'], reads: endingIn('.sh') },
  { what: 'Python', recipe: 'mkdocs', argv: python('import ast, sys; ast.parse(open(sys.argv[1]).read())'), reads: endingIn('.py') },
  {
    what: 'INI',
    recipe: 'mkdocs',
    argv: python('import configparser, sys; configparser.RawConfigParser().read_file(open(sys.argv[1]))'),
    reads: endingIn('.cnf'),
  },
  { what: 'TOML', recipe: 'mkdocs', argv: python("import tomllib, sys; tomllib.load(open(sys.argv[1], 'rb'))"), reads: endingIn('.toml') },
  { what: 'XML', recipe: 'mkdocs', argv: python('import sys, xml.dom.minidom as x; x.parse(sys.argv[1])'), reads: endingIn('.xml') },
];

function renderedBy(name: string): TargetProgram['reads'] {
  return ({ content }) => content.format === 'rendered' && content.by === name;
}

function endingIn(ending: string): TargetProgram['reads'] {
  return ({ path }) => path.endsWith(ending);
}

function python(code: string): readonly [string, ...string[]] {
  return ['python3', '-c', code];
}
