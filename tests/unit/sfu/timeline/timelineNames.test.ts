import { expect, it } from 'vitest';
import { clockStepsWithin, namesInTimeline } from '../../../../src-sfu/features/timeline/timelineNames.ts';
import type { TimelineEvent } from '../../../../src-shared/timeline/timeline.protocol.ts';

const event = (more: Partial<TimelineEvent>): TimelineEvent => ({
  eventId: 'e',
  lane: 'order',
  what: 'noted',
  atMs: 1,
  ...more,
});
const known = new Map<string, { name: string; nameEn?: string | undefined }>([
  ['ann', { name: '李强' }],
  ['wenquan', { name: '温泉中队', nameEn: 'Wenquan squad' }],
  ['c1', { name: '灶台', nameEn: undefined }],
]);
const find = (id: string) => known.get(id);
const found = {
  members: [{ memberId: 'ann', fromMs: 0, toMs: 1 }],
  orders: [{ orderId: 'o1', number: '7-001' }],
};

it('names orders by their numbers, and members, squads, cameras and talk groups by what they are called', () => {
  const events = [
    event({ squadId: 'wenquan', about: 'c1' }),
    event({ about: 'squad:wenquan' }),
    event({ memberIds: ['ann', 'gone'], about: 'private:ann', actor: '王芳' }),
  ];
  expect(namesInTimeline(found as never, events, find)).toEqual({
    o1: { name: '7-001' },
    ann: { name: '李强' },
    wenquan: { name: '温泉中队', nameEn: 'Wenquan squad' },
    c1: { name: '灶台' },
  });
});

it('names everybody who worked on it, also without an event of theirs', () => {
  expect(Object.keys(namesInTimeline(found as never, [], find))).toEqual(['o1', 'ann']);
});

it('says when the date was set, and by how much', () => {
  // Set forward by an hour at 100; 5 ms pass while it is set.
  const eras = [
    { fromMs: 0, toMs: 100 },
    { fromMs: 105, toMs: 300 },
  ];
  const toRecordMs = (ownMs: number): number => ownMs + (ownMs < 105 ? 0 : 3_600_000);
  expect(clockStepsWithin(eras, toRecordMs)).toEqual([{ atMs: 105, byMs: 3_600_000 }]);
  expect(clockStepsWithin([{ fromMs: 0, toMs: 300 }], toRecordMs)).toEqual([]);
});
