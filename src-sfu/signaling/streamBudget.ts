import type { StreamOpening } from '../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import type { Surface } from '../../src-shared/session/roles.ts';
import { maxSiteStreams } from '../../src-shared/sites/sites.protocol.ts';
import { maxDeskStreams, maxPrincipalStreams, maxStreams, type ConnectionLoad } from './budgets.ts';

/** How many streams a request may open. */
function streamsOf(name: RequestName, input: unknown): number {
  if (name === 'cameras:openStream') return 1;
  return name === 'cameras:openStreams' ? (input as InputOf<'cameras:openStreams'>).streams.length : 0;
}

/**
 * Runs a request within the number of streams that its surface may hold open. Of a page that does not fit, the first streams
 * that do are opened; each of the others is refused.
 */
export async function withinStreamBudget(
  load: ConnectionLoad,
  surface: Surface | undefined,
  name: RequestName,
  input: unknown,
  run: (input: unknown) => Promise<Ack<unknown>>,
): Promise<Ack<unknown>> {
  const asked = streamsOf(name, input);
  if (asked === 0) return run(input);
  const limitHere = surface === 'site' ? maxSiteStreams : surface === 'wall' ? maxStreams : maxDeskStreams;
  const leftHere = limitHere - load.streams.size - load.opening;
  const left = Math.min(leftHere, maxPrincipalStreams - load.heldByPrincipal());
  const limit = left < leftHere ? maxPrincipalStreams : limitHere;
  const opening = Math.min(asked, left);
  const refused = refuse('too_many', `This surface may hold ${limit} streams open. Close some first.`, {
    reason: 'session.too_many_streams',
    limit,
  });
  if (opening <= 0) return refused;
  // Requests that wait for their turn count too: otherwise any number of them would pass this check together.
  load.opening += opening;
  try {
    if (opening === asked) return await run(input);
    const page = input as InputOf<'cameras:openStreams'>;
    const reply = await run({ ...page, streams: page.streams.slice(0, opening) });
    if (!reply.ok) return reply;
    const { answers } = reply.data as OutputOf<'cameras:openStreams'>;
    return ok({ answers: [...answers, ...page.streams.slice(opening).map(() => refused)] });
  } finally {
    load.opening -= opening;
  }
}

/** Counts what a request that was answered with yes opened or closed. */
export function countStreams(load: ConnectionLoad, name: RequestName, input: unknown, data: unknown): void {
  if (name === 'cameras:closeStream') load.streams.delete((input as { streamId: string }).streamId);
  if (name === 'cameras:openStream') load.streams.add((data as StreamOpening).streamId);
  if (name !== 'cameras:openStreams') return;
  for (const answer of (data as OutputOf<'cameras:openStreams'>).answers)
    if (answer.ok) load.streams.add(answer.data.streamId);
}
