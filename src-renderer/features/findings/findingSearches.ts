import type { FindingFilter } from '../../../src-shared/findings/findings.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { isNewer, type FindingsStore } from './findingsStore.ts';

/** Findings that are read at once. */
const pageSize = 50;

/** What a desk asks about findings that have ended, or that are not among those it was sent. */
export interface FindingSearches {
  /** Searches all findings of the hub; without states: those that have ended. */
  search(filter: FindingFilter): Promise<void>;
  /** Reads the next page of what was searched last. */
  more(): Promise<void>;
  /** Reads all findings of an order, ended ones too. */
  readOfOrder(orderId: string): Promise<void>;
}

export function createFindingSearches({
  store,
  request,
}: {
  store: FindingsStore;
  request(
    name: 'findings:search',
    input: InputOf<'findings:search'>,
  ): Promise<Ack<OutputOf<'findings:search'>>>;
}): FindingSearches {
  let searches = 0;
  const read = async (filter: FindingFilter, isMore: boolean): Promise<void> => {
    searches += 1;
    const mine = searches;
    const before = store.getState().ended;
    const found = isMore ? before.found : [];
    const cursor = isMore ? before.next : undefined;
    store.setState({ ended: { filter, found, next: undefined, standing: 'searching' } });
    const answer = await request('findings:search', {
      ...filter,
      states: filter.states ?? ['closed', 'withdrawn'],
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    // Only the last search is shown.
    if (mine !== searches) return;
    store.setState({
      ended: answer.ok
        ? { filter, found: [...found, ...answer.data.findings], next: answer.data.next, standing: 'found' }
        : { filter, found, next: cursor, standing: 'failed' },
    });
  };
  return {
    search: (filter) => read(filter, false),
    async more() {
      const { filter, next } = store.getState().ended;
      if (next !== undefined) await read(filter, true);
    },
    async readOfOrder(orderId) {
      if (store.getState().ofOrder?.orderId !== orderId) {
        store.setState({ ofOrder: { orderId, found: new Map() } });
      }
      const answer = await request('findings:search', { orderId, limit: 200 });
      const { ofOrder } = store.getState();
      if (!answer.ok || ofOrder?.orderId !== orderId) return;
      const found = new Map(ofOrder.found);
      for (const finding of answer.data.findings) {
        if (isNewer(finding, found.get(finding.findingId))) found.set(finding.findingId, finding);
      }
      store.setState({ ofOrder: { orderId, found } });
    },
  };
}
