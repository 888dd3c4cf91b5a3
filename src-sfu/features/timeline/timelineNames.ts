import type { TimelineEvent, TimelinePage } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { TimelineCase } from './timeline.ports.ts';

/** What something is called; undefined for an id that nobody knows any more. */
export type FindName = (id: string) => { name: string; nameEn?: string | undefined } | undefined;

/** The names of everybody and everything in these events, by id: members, squads, cameras, sites, kinds of alerts, and orders by their numbers. */
export function namesInTimeline(
  { members, orders }: Pick<TimelineCase, 'members' | 'orders'>,
  events: readonly TimelineEvent[],
  find: FindName,
): TimelinePage['names'] {
  const names: TimelinePage['names'] = Object.fromEntries(
    orders.map(({ orderId, number }) => [orderId, { name: number }]),
  );
  const add = (id: string | undefined): void => {
    if (id === undefined || Object.hasOwn(names, id)) return;
    // A talk group of a squad or a member is called as they are.
    const [, ofGroup] = /^(?:squad|private):(.+)$/.exec(id) ?? [];
    if (ofGroup !== undefined) return add(ofGroup);
    const known = find(id);
    if (known === undefined) return;
    names[id] = { name: known.name, ...(known.nameEn === undefined ? {} : { nameEn: known.nameEn }) };
  };
  for (const { memberId } of members) add(memberId);
  for (const { actor, memberId, memberIds = [], squadId, about } of events)
    for (const id of [actor, memberId, ...memberIds, squadId, about]) add(id);
  return names;
}

/**
 * When the date of the machine was set within a period, and by how much. `eras`: the parts of the period between which it was set, in
 * the hub's own time; `toRecordMs`: the date of a moment as records have it. Milliseconds.
 */
export function clockStepsWithin(
  eras: readonly { fromMs: number; toMs: number }[],
  toRecordMs: (ownMs: number) => number,
): TimelinePage['clockSteps'] {
  return eras.slice(1).map((era, index) => {
    const before = eras[index]?.toMs ?? era.fromMs;
    return { atMs: era.fromMs, byMs: toRecordMs(era.fromMs) - toRecordMs(before) - (era.fromMs - before) };
  });
}
