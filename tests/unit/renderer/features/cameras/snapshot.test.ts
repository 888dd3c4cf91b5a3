import { describe, expect, it } from 'vitest';
import { fullTime, snapshotFileName } from '../../../../../src-renderer/features/cameras/snapshot.ts';

describe('a snapshot', () => {
  it('is named by site, camera and time, in letters every system takes', () => {
    expect(snapshotFileName('泉韵中学食堂', '灶台 1', '20261122140322')).toBe(
      '泉韵中学食堂-灶台_1-20261122140322.png',
    );
    expect(snapshotFileName('a/b\\c:*?"<>|', '..\u0000\n', '1')).toBe('a_b_c_-.._-1.png');
  });

  it('has a name that is not too long', () => {
    expect(snapshotFileName('长'.repeat(300), 'c', '1').length).toBeLessThanOrEqual(124);
  });

  it('carries date and time, to the second', () => {
    expect(fullTime(Date.UTC(2026, 10, 22, 6, 3, 22), 'Asia/Shanghai')).toBe('2026-11-22 14:03:22');
  });
});
