import type { CheckResult } from './check.ts';
import type { Validation } from './validate.ts';

/** The results as JUnit XML, one suite for each check; a warning is a passed case that says more on its output. */
export function printJunit(stack: string, { groups, counts }: Validation): string {
  const total = counts.pass + counts.warn + counts.fail + counts.skip;
  const suites = groups.map(({ id, title, results }) => {
    const count = (status: CheckResult['status']): number => results.filter((result) => result.status === status).length;
    const attributes = { name: title, tests: results.length, failures: count('fail'), errors: 0, skipped: count('skip') };
    return `  <testsuite${print(attributes)}>\n${results.map((result) => caseOf(id, result)).join('')}  </testsuite>\n`;
  });
  const attributes = { name: `datamancy validate ${stack}`, tests: total, failures: counts.fail, errors: 0, skipped: counts.skip };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${print(attributes)}>\n${suites.join('')}</testsuites>\n`;
}

function caseOf(group: string, { id, title, status, detail, fix }: CheckResult): string {
  const head = `    <testcase${print({ classname: group, name: `${id}: ${title}` })}`;
  const full = fix === '' ? detail : `${detail}\nfix: ${fix}`;
  switch (status) {
    case 'pass':
      return `${head}/>\n`;
    case 'skip':
      return `${head}>\n      <skipped${print({ message: detail })}/>\n    </testcase>\n`;
    case 'warn':
      return `${head}>\n      <system-out>${escapeXml(`warning: ${full}`)}</system-out>\n    </testcase>\n`;
    case 'fail':
      return `${head}>\n      <failure${print({ message: detail })}>${escapeXml(full)}</failure>\n    </testcase>\n`;
  }
}

function print(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll(/[\n\r\t]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`)
    .join('');
}

/** Also leaves out what XML 1.0 cannot hold at all: https://www.w3.org/TR/xml/#charsets */
function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are the ones to leave out
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
