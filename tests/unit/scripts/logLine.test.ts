import { describe, expect, it } from 'vitest';

import { formatLogLine, parseLogLine } from '../../../scripts/start/logLine.mjs';

describe("a line of a program's output", () => {
  it('is shown with its level, its message and its fields', () => {
    const line =
      '{"level":30,"time":1,"pid":7,"hostname":"h","url":"http://127.0.0.1:7400","tiles":16,"msg":"hub ready"}';
    expect(formatLogLine('hub', line)).toBe('hub   │ info  hub ready url=http://127.0.0.1:7400 tiles=16');
  });

  it.each([
    ['plain text', 'listening'],
    ['broken JSON', '{"level":30'],
    ['JSON that is no record', '{"a":1}'],
  ])('is shown as it is when it is %s', (_what, line) => {
    expect(parseLogLine(line)).toBeUndefined();
    expect(formatLogLine('city', line)).toBe(`city  │ ${line}`);
  });
});
