import { expect, test } from 'vitest';
import { fail, pass, skip, warn } from './check.ts';
import { printJunit } from './junit.ts';

test('every result is a case, escaped, with what JUnit readers count', () => {
  const results = [
    pass({ id: 'unit.app', title: 'app runs' }, 'healthy'),
    warn({ id: 'unit.b', title: 'b runs' }, 'still starting', 'wait'),
    fail({ id: 'unit.c', title: 'c & "d" <e>' }, "it said: ]]> \u0007\ud800 'x'\nmore", 'run a && b'),
    skip({ id: 'unit.f', title: 'f runs' }, 'no such program'),
  ];
  const groups = [{ id: 'unit', title: 'Units run', results }];
  expect(printJunit('trial', { groups, counts: { pass: 1, warn: 1, fail: 1, skip: 1 } })).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="datamancy validate trial" tests="4" failures="1" errors="0" skipped="1">
      <testsuite name="Units run" tests="4" failures="1" errors="0" skipped="1">
        <testcase classname="unit" name="unit.app: app runs"/>
        <testcase classname="unit" name="unit.b: b runs">
          <system-out>warning: still starting
    fix: wait</system-out>
        </testcase>
        <testcase classname="unit" name="unit.c: c &amp; &quot;d&quot; &lt;e&gt;">
          <failure message="it said: ]]&gt;  'x'&#10;more">it said: ]]&gt;  'x'
    more
    fix: run a &amp;&amp; b</failure>
        </testcase>
        <testcase classname="unit" name="unit.f: f runs">
          <skipped message="no such program"/>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});
