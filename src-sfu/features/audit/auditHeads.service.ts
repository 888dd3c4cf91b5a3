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
  /**
   * Compares the log with the last head that was published, and publishes the present one at each place that does not have it yet. Never
   * throws: a failed place is tried again at the next time.
   */
  publish(): Promise<void>;
  /** The result of the comparisons so far: the first one that did not agree. */
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
  /** The log is not the one whose heads were published. Called once. */
  onBroken?(verdict: Exclude<HeadVerdict, 'agrees'>): void;
}): AuditHeads {
  const { repository, outlets, onFault } = options;
  const turns = createSequence();
  /** By outlet: the last line whose head it has. */
  const reached = new Map<HeadOutlet, number>();
  let verdict: HeadVerdict = 'agrees';
  let last: PublishedHead | undefined;
  /** The last head that any place has: the log must go on from there. */
  let lastSent: PublishedHead | undefined;

  const isOf = async (lastId: number, { id, hash, atMs }: PublishedHead): Promise<HeadVerdict> => {
    if (id > lastId) return { kind: 'missing', id, publishedAtMs: atMs };
    const present = await repository.hashOf(id);
    // The command that verifies the log reads the files as well.
    return present === hash || present === 'archived'
      ? 'agrees'
      : { kind: 'rewritten', id, publishedAtMs: atMs };
  };

  function judge(found: HeadVerdict): void {
    if (found === 'agrees' || verdict !== 'agrees') return;
    verdict = found;
    const date = new Date(found.publishedAtMs).toISOString();
    onFault(
      found.kind === 'missing'
        ? `The audit log ends before line ${found.id}, whose head was published at ${date}: lines were cut off, or the database is an older copy. Run: npm run audit -- verify`
        : `Line ${found.id} of the audit log is not the one whose head was published at ${date}: the log was changed. Run: npm run audit -- verify`,
    );
    options.onBroken?.(found);
  }

  async function publishNow(): Promise<void> {
    const head = await repository.readHead();
    if (lastSent !== undefined) judge(await isOf(head.id, lastSent));
    if (head.id === 0) return;
    const published = { atMs: options.wallMs(), ...head };
    let isEverywhere = true;
    for (const outlet of outlets) {
      if (reached.get(outlet) === head.id) continue;
      try {
        await outlet.publish(published);
        reached.set(outlet, head.id);
        lastSent = published;
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
    lastSent = known.at(-1);
    for (const head of known.slice(-comparedHeads)) {
      const found = await isOf(lastId, head);
      if (found !== 'agrees') return found;
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
        judge(await compare());
      } catch (error) {
        onFault('The heads of the audit log that were published before cannot be read.', error);
      }
      await publish();
    },
    verdict: () => verdict,
    lastPublished: () => last,
  };
}
