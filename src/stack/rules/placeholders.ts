type Form = '{{A}}' | '{{ }}' | '${ }' | 'words' | '< >';

const placeholders: readonly { readonly form: Form; readonly pattern: RegExp }[] = [
  { form: '{{A}}', pattern: /\{\{ ?[A-Z][A-Z0-9_]* ?\}\}/ },
  { form: '{{ }}', pattern: /\{\{[^{}]*\}\}/ },
  { form: '${ }', pattern: /\$\{[^{}]*\}/ },
  { form: 'words', pattern: /\bCHANGE[-_]?ME\b/i },
  { form: '< >', pattern: /<(?:your|my|the|insert|change|enter|replace|put)\b[^<>]*>/i },
  { form: '< >', pattern: /<[A-Z][A-Z0-9_]{2,}>/ },
];

/** What programs fill in by their own template language, in whatever form. */
export const whatTemplatesFillIn: readonly Form[] = ['{{A}}', '{{ }}'];

/** What is no placeholder in words of a call: many programs take a template of their own there, such as `{{.Name}}`, and none names it so. */
export const whatCallsFillIn: readonly Form[] = ['{{ }}'];

/** What is no placeholder in words that a shell reads: it replaces `${A}`, and takes `<` for a file. */
export const whatShellsFillIn: readonly Form[] = ['${ }', '< >'];

/** The first placeholder in these words, cut short; undefined where there is none. `filled` are forms that something fills in. */
export function placeholderIn(literals: readonly string[], filled: readonly Form[] = []): string | undefined {
  for (const literal of literals) {
    for (const { pattern } of placeholders.filter(({ form }) => !filled.includes(form))) {
      const found = pattern.exec(literal)?.[0];
      if (found !== undefined) return found.length > 40 ? `${found.slice(0, 39)}…` : found;
    }
  }
  return undefined;
}
