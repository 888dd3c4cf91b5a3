import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newCommandId } from '../../../../../src-renderer/features/wall/commandId.ts';
import { minuteOf, minuteText } from '../../../../../src-renderer/features/wall/minuteText.ts';

const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids of commands', () => {
  it('are made by the browser where it can', () => {
    expect(newCommandId({ randomUUID: () => 'a-b-c-d-e', getRandomValues: (array) => array })).toBe(
      'a-b-c-d-e',
    );
  });

  it('are made from random bytes on a page that is neither HTTPS nor local', () => {
    const insecure = {
      getRandomValues: webcrypto.getRandomValues.bind(webcrypto) as Crypto['getRandomValues'],
    };
    const ids = Array.from({ length: 200 }, () => newCommandId(insecure));
    for (const id of ids) expect(id).toMatch(version4);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('times of day', () => {
  it('are written and read in the same way', () => {
    for (const minute of [0, 59, 690, 1_439]) expect(minuteOf(minuteText(minute))).toBe(minute);
    expect(minuteOf('24:00')).toBe(1_440);
  });

  it('are refused when they are none', () => {
    for (const text of ['', 'noon', '12', '12:60', '25:00', '-1:00', '12:5'])
      expect(minuteOf(text)).toBeUndefined();
  });
});
