const flag = /^--?(?:[\w-]*[-_])?(?:password|passwd|requirepass|secret|token|api-?key)(?:=(?<value>.*))?$/i;
const assignment = /^[A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)=(?<value>.+)$/;

/** The word of a command line that gives a credential in clear, without its value; undefined where none does. */
export function credentialIn(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const isFlag = flag.exec(word);
    const value = isFlag ? (isFlag.groups?.['value'] ?? words[index + 1]) : assignment.exec(word)?.groups?.['value'];
    if (value !== undefined && isLiteral(value)) return word.split('=')[0];
  }
  return undefined;
}

/** A path, a further flag and what a shell replaces show nothing. */
function isLiteral(value: string): boolean {
  return value !== '' && !/^[-/$]|^(?:true|false)$/.test(value);
}
