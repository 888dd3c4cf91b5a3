import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { FindingSources, NewFinding } from './findingPlace.ts';
import type { FindingsRepository } from './findings.repository.ts';

type Report = InputOf<'findings:report'>['reports'][number];
type Result = OutputOf<'findings:report'>['results'][number];
type Refusal = NonNullable<Result['refusal']>;

interface Findings {
  repository: FindingsRepository;
  sources: FindingSources;
  find(findingId: string): Promise<Finding | undefined>;
  write(finding: NewFinding): Promise<Finding>;
  /** Whether there are as many open findings as there may be. */
  isFull(): boolean;
  nowMs(): number;
}

/**
 * What a phone found, in its order: each once, however often it comes. A clause that is not in the list any more, and a site that was
 * removed since, keep nothing from being written: the phone was there.
 */
export async function reportFindings(
  findings: Findings,
  member: { memberId: string; name: string },
  reports: readonly Report[],
): Promise<OutputOf<'findings:report'>> {
  const idOf = ({ findingId }: Report): string => `member:${member.memberId} found ${findingId}`;
  const refused = await findings.repository.findCommands(reports.map(idOf));
  const known = new Map(refused.map((one) => [one.commandId, one.refusal as Refusal | undefined]));
  const results: Result[] = [];
  for (const report of reports) {
    const commandId = idOf(report);
    const refusal = known.get(commandId);
    const result: Result =
      refusal === undefined
        ? await take(findings, member, report, commandId)
        : { findingId: report.findingId, refusal };
    if (result.refusal !== undefined) known.set(commandId, result.refusal);
    results.push(result);
  }
  return { results };
}

async function take(
  { repository, sources, find, write, isFull, nowMs }: Findings,
  { memberId, name }: { memberId: string; name: string },
  { findingId, orderId, content, ageMs, place }: Report,
  commandId: string,
): Promise<Result> {
  const by = { id: `member:${memberId}`, name };
  const atMs = nowMs();
  const known = await find(findingId);
  const refuseIt = async (refusal: Refusal): Promise<Result> => {
    await repository.saveRefused({ commandId, findingId, atMs, refusal });
    return { findingId, refusal };
  };
  if (known !== undefined) {
    return known.foundBy.id === by.id ? { findingId, number: known.number } : refuseIt('not_yours');
  }
  const order = await sources.order(orderId);
  if (order === undefined) return refuseIt('no_such_order');
  if (!order.memberIds.includes(memberId)) return refuseIt('not_yours');
  // Not stored: it can be sent again when there is room.
  if (isFull()) return { findingId, refusal: 'too_many_open' };
  // The date of a phone can be a day wrong: nothing is found within an order before it was written.
  const happenedAtMs = Math.min(atMs, Math.max(atMs - ageMs, order.createdAtMs));
  if (content.dueAtMs !== undefined && content.dueAtMs <= happenedAtMs) return refuseIt('date_passed');
  const { alertId } = order;
  const { number } = await write({
    findingId,
    origin: { place: order.place, orderId, ...(alertId === undefined ? {} : { alertId }) },
    content,
    by,
    happenedAtMs,
    ...(place === undefined ? {} : { position: { ...place, atMs: happenedAtMs } }),
  });
  return { findingId, number };
}
