import { describe, expect, it } from 'vitest';
import { createBodyCamTimes } from '../../../../src-sfu/features/timeline/bodyCamTimes.ts';

type Line = readonly ['begin', memberId: string, atMs: number] | readonly ['end', id: string, atMs: number];

function stage() {
  const lines: Line[] = [];
  let count = 0;
  const times = createBodyCamTimes({
    writing: {
      beginBodyCam: ({ memberId, startedAtMs }) =>
        Promise.resolve(void lines.push(['begin', memberId, startedAtMs])),
      endBodyCam: (id, atMs) => Promise.resolve(void lines.push(['end', id, atMs])),
    },
    newId: () => `t${++count}`,
    onFault: (error) => {
      throw error;
    },
    nowMs: () => 9_000,
  });
  const member = (state: 'off' | 'asked' | 'live' | 'lost', sinceMs: number, memberId = 'ann') =>
    times.membersChanged([{ memberId, squadId: 'wenquan', bodyCam: { state, sinceMs } }]);
  return { times, lines, member };
}

describe('the times of body-worn cameras', () => {
  it('are from the first picture to its end, whatever changes meanwhile', async () => {
    const { times, lines, member } = stage();
    member('asked', 500);
    member('live', 1_000);
    member('live', 1_000);
    member('lost', 2_000);
    member('lost', 2_000);
    member('live', 3_000);
    member('off', 4_000);
    await times.close();
    expect(lines).toEqual([
      ['begin', 'ann', 1_000],
      ['end', 't1', 2_000],
      ['begin', 'ann', 3_000],
      ['end', 't2', 4_000],
    ]);
  });

  it('end with the member and with the hub', async () => {
    const { times, lines, member } = stage();
    member('live', 1_000, 'ann');
    member('live', 2_000, 'bo');
    times.membersRemoved(['ann']);
    await times.close();
    expect(lines.filter(([kind]) => kind === 'end')).toEqual([
      ['end', 't1', 9_000],
      ['end', 't2', 9_000],
    ]);
  });
});
