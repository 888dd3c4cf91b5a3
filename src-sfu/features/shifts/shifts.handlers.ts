import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { ShiftAsker, ShiftsService } from './shifts.service.ts';

type ShiftRequestName = Extract<keyof RequestHandlers, `shifts:${string}`>;
type Context = Parameters<RequestHandlers<'shifts:list'>['shifts:list']>[0];

/** Requests about shifts. Only people have shifts: whoever asks is named by their account. */
export function createShiftHandlers(shifts: ShiftsService): RequestHandlers<ShiftRequestName> {
  const asPerson = async <T>(
    { identity }: Context,
    answer: (asker: ShiftAsker) => Promise<Ack<T>>,
  ): Promise<Ack<T>> => {
    const principal = identity?.principal;
    if (principal?.kind !== 'person') {
      return refuse('forbidden', 'Only somebody who is signed in has shifts.', {
        reason: 'shifts.no_such_shift',
      });
    }
    return answer(principal);
  };
  return {
    'shifts:list': (context, { cursor }) =>
      asPerson(context, async (asker) => {
        const { shifts: found, next } = await shifts.list(asker, cursor);
        return ok({
          ...(next === undefined ? {} : { next }),
          shifts: found.map(({ shiftId, officer, state, startedAtMs, ended }) => ({
            shiftId,
            officer,
            state,
            startedAtMs,
            ...(ended === undefined ? {} : { ended }),
          })),
        });
      }),
    'shifts:read': (context, { shiftId }) => asPerson(context, (asker) => shifts.read(asker, shiftId)),
    'shifts:begin': (context, { shiftId }) => asPerson(context, (asker) => shifts.begin(asker, shiftId)),
    'shifts:writeNote': (context, input) => asPerson(context, (asker) => shifts.writeNote(asker, input)),
    'shifts:work': (context, { deed, ...command }) =>
      asPerson(context, (asker) =>
        shifts.work(asker, command, { ...deed, by: { accountId: asker.accountId, name: asker.name } }),
      ),
    'shifts:override': (context, { reason, ...command }) =>
      asPerson(context, (asker) =>
        shifts.work(asker, command, {
          type: 'overridden',
          reason,
          by: { accountId: asker.accountId, name: asker.name },
        }),
      ),
  };
}
