import { expect, test } from 'vitest';
import { readUtterances } from './pocketsphinx.ts';

test('utterances, words and their times are read from what it prints', () => {
  const printed = `want you're three
<s> 0.000 0.020 0.999900
want 0.030 0.330 0.163489
<sil> 0.340 0.560 0.955897
you're(2) 0.570 0.860 0.741163
[NOISE] 0.865 0.869 0.741163
three 0.870 1.170 0.126889
</s> 1.680 2.180 1.000000

<s> 3.000 3.020 0.999900
</s> 3.680 3.900 1.000000
stop
<s> 4.060 4.160 1.000000
stop 4.170 4.590 0.625656
</s> 4.600 5.010 1.000000
`;
  const { text, segments, words } = readUtterances(printed);
  expect(text).toBe("want you're three stop");
  expect(segments).toEqual([
    { start: 0.03, end: 1.17, text: "want you're three" },
    { start: 4.17, end: 4.59, text: 'stop' },
  ]);
  expect(words.map(({ word }) => word)).toEqual(['want', "you're", 'three', 'stop']);
});

test('silence is no word', () => {
  expect(readUtterances('\n')).toEqual({ text: '', segments: [], words: [] });
});
