import { describe, expect, it } from 'vitest';
import {
  answerWithinMs,
  newReportProgress,
  nextReportDeadline,
  reportStage,
  transitionReport,
  type ReportEvent,
  type ReportProgress,
} from '../../../../src-shared/citizens/citizenReport.ts';
import { cleanReportText, lengthOfText, sameTextKey } from '../../../../src-shared/citizens/reportForm.ts';

const at = 1_790_000_000_000;
const after = (state: ReportProgress, event: ReportEvent, nowMs: number): ReportProgress => {
  const moved = transitionReport(state, event, nowMs);
  if (!moved.ok) throw new Error(moved.reason);
  return moved.state;
};

describe('the text of a report', () => {
  it.each([
    ['  有老鼠\r\n在案板上 \t', '有老鼠 在案板上'],
    ['a\u0000b\u0007c\u001b[31md', 'a b c [31md'],
    ['no\ud800surrogate\udc00', 'nosurrogate'],
    ['\u202eexe.gpj\u202c \u2066x\u2069\ufeff', 'exe.gpj x'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['e\u0301', 'é'],
    [`Z${'\u0300'.repeat(40)}`, `Z${'\u0300'.repeat(3)}`],
    ['\u2028\u2029\u0085', ''],
    ['👩\u200d🍳 没戴帽子', '👩\u200d🍳 没戴帽子'],
  ])('%j is kept as %j', (sent, kept) => {
    expect(cleanReportText(sent)).toBe(kept);
    expect(cleanReportText(kept)).toBe(kept);
    expect(kept.isWellFormed()).toBe(true);
  });

  it('is counted by what people see, and compared by its letters', () => {
    expect(lengthOfText('🐀🐀鼠')).toBe(3);
    expect(sameTextKey('有 老鼠！！')).toBe(sameTextKey('有老鼠。'));
    expect(sameTextKey('ＲＡＴ 1')).toBe('rat1');
    expect(sameTextKey('有老鼠')).not.toBe(sameTextKey('有蟑螂'));
  });
});

describe('the way of a report', () => {
  it('is received, looked into and answered, each once', () => {
    const received = newReportProgress(at);
    expect([reportStage(received), nextReportDeadline(received)]).toEqual(['received', at + answerWithinMs]);
    const begun = after(received, { type: 'looked_into' }, at + 5);
    expect([reportStage(begun), begun.lookedIntoAtMs]).toEqual(['looked_into', at + 5]);
    expect(transitionReport(begun, { type: 'looked_into' }, at + 6)).toEqual({
      ok: false,
      reason: 'nothing_new',
    });
    const answered = after(begun, { type: 'answered', by: '王芳', text: '已整改' }, at + 9);
    expect(answered).toMatchObject({ lookedIntoAtMs: at + 5, answered: { atMs: at + 9, text: '已整改' } });
    expect([reportStage(answered), nextReportDeadline(answered)]).toEqual(['answered', undefined]);
    const again = transitionReport(answered, { type: 'answered', by: '李强', text: '否' }, at + 10);
    expect(again).toEqual({ ok: false, reason: 'answered' });
  });

  it('answered at once was looked into at that time', () => {
    const answered = after(newReportProgress(at), { type: 'answered', by: 'x', text: 'y' }, at + 1);
    expect(answered.lookedIntoAtMs).toBe(at + 1);
  });

  it('is escalated once when the answer is due, and not before, and a repeat moves nothing', () => {
    const received = after(newReportProgress(at), { type: 'repeated' }, at + 1_000);
    expect([received.times, received.dueAtMs]).toEqual([2, at + answerWithinMs]);
    const due = { type: 'deadlineReached' } as const;
    expect(transitionReport(received, due, at + answerWithinMs - 1)).toEqual({
      ok: false,
      reason: 'too_early',
    });
    const late = after(received, due, at + answerWithinMs);
    expect([late.escalatedAtMs, nextReportDeadline(late)]).toEqual([at + answerWithinMs, undefined]);
    expect(transitionReport(late, due, at + 2 * answerWithinMs)).toEqual({
      ok: false,
      reason: 'nothing_new',
    });
    expect(reportStage(after(late, { type: 'answered', by: 'x', text: 'y' }, at))).toBe('answered');
  });
});
