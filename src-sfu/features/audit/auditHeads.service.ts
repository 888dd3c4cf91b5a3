import { createSequence } from '../../base/sequence.ts';
import type { AuditRepository, PublishedHead } from './audit.repository.ts';

/** A place outside the database where heads are published. Its name is for the log of the hub. */
export interface HeadOutlet {
  name: string;
  publish(head: PublishedHead): Promise<void>;
}

/** The result of comparing the log with the heads that were published. */
export type HeadVerdict = 'agrees' | { kind: 'missing' | 'rewritten'; id: number; publishedAtMs: number };

export interface AuditHeads {
  /** Compares the log with the heads published before, and publishes the present one. */
  begin(): Promise<void>;
  /** Publishes the head at each place that does not have it yet. Never throws: a failed place is tried again at the next time. */
  publish(): Promise<void>;
  /** The result of the comparison at the start. */
  verdict(): HeadVerdict;
  /** The last head that every place outside the database has. */
  lastPublished(): PublishedHead | undefined;
}

/** The number of published heads, from the last one back, that are compared at the start. */
const comparedHeads = 200;

/**
 * Publishes the end of the audit log outside the database, so that whoever cuts off its end, writes it again, or puts back an
 * older copy of the database is noticed.
 */
export function createAuditHeads(options: {
  repository: Pick<AuditRepository, 'readHead' | 'hashOf'>;
  outlets: readonly HeadOutlet[];
  /** The heads published before, the oldest first. */
  published(): Promise<readonly PublishedHead[]>;
  /** The date. */
  wallMs(): number;
  onFault(sentence: string, error?: unknown): void;
}): AuditHeads {
  const { repository, outlets, onFault } = options;
  const turns = createSequence();
  /** By outlet: the last line whose head it has. */
  const reached = new Map<HeadOutlet, number>();
  let verdict: HeadVerdict = 'agrees';
  let last: PublishedHead | undefined;

  async function publishNow(): Promise<void> {
    const head = await repository.readHead();
    if (head.id === 0) return;
    const published = { atMs: options.wallMs(), ...head };
    let isEverywhere = true;
    for (const outlet of outlets) {
      if (reached.get(outlet) === head.id) continue;
      try {
        await outlet.publish(published);
        reached.set(outlet, head.id);
      } catch (error) {
        isEverywhere = false;
        onFault(
          `The head of the audit log could not be published (${outlet.name}). It is tried again later.`,
          error,
        );
      }
    }
    if (isEverywhere && last?.id !== head.id) last = published;
  }

  async function compare(): Promise<HeadVerdict> {
    const known = await options.published();
    const { id: lastId } = await repository.readHead();
    for (const { id, hash, atMs } of known.slice(-comparedHeads)) {
      if (id > lastId) return { kind: 'missing', id, publishedAtMs: atMs };
      if ((await repository.hashOf(id)) !== hash) return { kind: 'rewritten', id, publishedAtMs: atMs };
    }
    return 'agrees';
  }

  const publish = (): Promise<void> =>
    turns.exclusive(async () => {
      try {
        await publishNow();
      } catch (error) {
        onFault('The audit log could not be read to publish its head. It is tried again later.', error);
      }
    });

  return {
    publish,
    async begin() {
      try {
        verdict = await compare();
      } catch (error) {
        onFault('The heads of the audit log that were published before cannot be read.', error);
      }
      if (verdict !== 'agrees') {
        const date = new Date(verdict.publishedAtMs).toISOString();
        onFault(
          verdict.kind === 'missing'
            ? `The audit log ends before line ${verdict.id}, whose head was published at ${date}: lines were cut off, or the database is an older copy. Run: npm run audit -- verify`
            : `Line ${verdict.id} of the audit log is not the one whose head was published at ${date}: the log was changed. Run: npm run audit -- verify`,
        );
      }
      await publish();
    },
    verdict: () => verdict,
    lastPublished: () => last,
  };
}
