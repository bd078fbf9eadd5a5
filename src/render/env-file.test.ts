import { expect, test } from 'vitest';
import { printEnvFile, quoteEnv } from './env-file.ts';

const reveal = { secret: ({ id }: { readonly id: string }) => `value of ${id}`, file: () => '/run/secrets/x' };

test('a value stands in single quotes, in which nothing has a meaning', () => {
  expect(quoteEnv('a $HOME ${X} #b "c" \\ \n `d`')).toBe('\'a $HOME ${X} #b "c" \\ \n `d`\'');
});

test('a value with a single quote stands in double quotes, with its own escapes', () => {
  expect(quoteEnv(`it's $5 "now" \\`)).toBe('"it\'s \\$5 \\"now\\" \\\\"');
});

test('a value that ends with a backslash does not swallow the quote after it', () => {
  expect(quoteEnv('C:\\')).toBe('"C:\\\\"');
});

test('variables are sorted, so that the file is the same whatever order they were declared in', () => {
  expect(printEnvFile({ B: 1, A: { kind: 'secret', id: 'app.key' } }, reveal)).toBe("A='value of app.key'\nB='1'\n");
});
