import { describe, expect, it } from 'vitest';
import { NoticeSequence } from '../../../../src-renderer/server/noticeSequence.ts';

const notice = (sequence: number) => ({ sequence, name: 'wall:screenChanged', payload: sequence });
const numbers = (step: { deliver: { sequence: number }[] }): number[] =>
  step.deliver.map((delivered) => delivered.sequence);

describe('the sequence of notices', () => {
  it('passes on what follows the snapshot, in order', () => {
    const sequence = new NoticeSequence();
    sequence.snapshotTaken(7);
    expect(numbers(sequence.receive(notice(8)))).toEqual([8]);
    expect(numbers(sequence.receive(notice(9)))).toEqual([9]);
  });

  it('keeps what came before the snapshot and drops what the snapshot holds', () => {
    const sequence = new NoticeSequence();
    for (const number of [1, 2, 3, 4]) expect(numbers(sequence.receive(notice(number)))).toEqual([]);
    const step = sequence.snapshotTaken(2);
    expect(numbers(step)).toEqual([3, 4]);
    expect(step.gap).toBe(false);
  });

  it('passes a doubled notice on once', () => {
    const sequence = new NoticeSequence();
    sequence.snapshotTaken(0);
    sequence.receive(notice(1));
    expect(sequence.receive(notice(1))).toEqual({ deliver: [], gap: false });
  });

  it('asks for a snapshot on a gap and passes nothing on until it came', () => {
    const sequence = new NoticeSequence();
    sequence.snapshotTaken(0);
    sequence.receive(notice(1));
    expect(sequence.receive(notice(3))).toEqual({ deliver: [], gap: true });
    expect(sequence.receive(notice(4))).toEqual({ deliver: [], gap: false });
    expect(numbers(sequence.snapshotTaken(3))).toEqual([4]);
  });

  it('finds a gap among the notices that waited for the snapshot', () => {
    const sequence = new NoticeSequence();
    sequence.receive(notice(5));
    sequence.receive(notice(7));
    const step = sequence.snapshotTaken(4);
    expect(numbers(step)).toEqual([5]);
    expect(step.gap).toBe(true);
  });
});
