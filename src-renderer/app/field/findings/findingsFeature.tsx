import { FieldFindings } from '../../../features/field/findings/FieldFindings.tsx';
import { keepClauses, type FieldFindingsStore } from '../../../features/field/findings/fieldFindingsStore.ts';
import type { FindingOutbox } from '../../../features/field/findings/findingOutbox.ts';
import type { FindingContent } from '../../../../src-shared/findings/findings.protocol.ts';
import type { PhoneAttachments } from '../../shared/phoneAttachments.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { Place } from '../../../features/field/positionRate.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface FindingsFeatureParts {
  link: Pick<HubLink, 'request'>;
  foundings: FieldFindingsStore;
  foundOutbox: Pick<FindingOutbox, 'add' | 'connected' | 'ownerChanged' | 'setAside'>;
  sharing: { place: Place | undefined };
  attachments: PhoneAttachments;
  /** Findings whose photographs are being kept, so that none is sent before its finding. */
  drafted: Set<string>;
  newId(): string;
  storage: Pick<Storage, 'setItem'>;
}

/** What a member finds within an order: kept on the phone until the hub has it. */
export function createFindingsFeature(parts: FindingsFeatureParts): FieldFeature {
  const { foundings, foundOutbox } = parts;
  const forget = (): void => {
    // What was not sent stays on the phone until the member is back.
    foundOutbox.ownerChanged();
    foundings.setState({ sent: [] });
  };
  return {
    takeSnapshot() {
      foundOutbox.ownerChanged();
      foundOutbox.connected(true);
      // Where the form is opened for the first time without a network, they are there.
      if (foundings.getState().clauses.length === 0) void readClauses(parts);
    },
    connectionLost: () => foundOutbox.connected(false),
    signedIn(isNew) {
      // What a member before left behind is not shown to the next.
      if (isNew) forget();
    },
    signedOut: forget,
    setAside: () => foundOutbox.setAside(),
  };
}

async function readClauses({
  link,
  foundings,
  storage,
}: Pick<FindingsFeatureParts, 'link' | 'foundings' | 'storage'>): Promise<void> {
  const answer = await link.request('findings:listClauses', {});
  if (!answer.ok) return;
  foundings.setState({ clauses: answer.data.clauses });
  keepClauses(storage, answer.data.clauses);
}

/** The form in an order that is opened. */
export function OrderFindings({
  link,
  storage,
  foundings,
  foundOutbox,
  sharing,
  attachments,
  drafted,
  newId,
  orderId,
}: FindingsFeatureParts & { orderId: string }) {
  /** The photographs are on the phone before the finding is: a page that ends between the two has sent nothing. */
  const write = async (content: FindingContent, pictures: readonly Blob[]): Promise<void> => {
    const findingId = newId();
    const { place } = sharing;
    drafted.add(findingId);
    await attachments.keepPictures(findingId, pictures, orderId);
    foundOutbox.add(orderId, content, place, findingId);
    drafted.delete(findingId);
  };
  return (
    <FieldFindings
      store={foundings}
      attachments={attachments.store}
      orderId={orderId}
      onOpen={() => void readClauses({ link, foundings, storage })}
      onPictures={attachments.readPictures}
      onDismiss={(attachmentId) => void attachments.outbox.dismiss(attachmentId)}
      onFound={write}
    />
  );
}
