import { FieldFindings } from '../../../features/field/findings/FieldFindings.tsx';
import type { FieldFindingsStore } from '../../../features/field/findings/fieldFindingsStore.ts';
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
}

/** What a member finds within an order: kept on the phone until the hub has it. */
export function createFindingsFeature({ foundings, foundOutbox }: FindingsFeatureParts): FieldFeature {
  const forget = (): void => {
    // What was not sent stays on the phone until the member is back.
    foundOutbox.ownerChanged();
    foundings.setState({ sent: [] });
  };
  return {
    takeSnapshot() {
      foundOutbox.ownerChanged();
      foundOutbox.connected(true);
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

/** The form in an order that is opened. */
export function OrderFindings({
  link,
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
      onOpen={() => {
        void link.request('findings:listClauses', {}).then((answer) => {
          if (answer.ok) foundings.setState({ clauses: answer.data.clauses });
        });
      }}
      onPictures={attachments.readPictures}
      onDismiss={(attachmentId) => void attachments.outbox.dismiss(attachmentId)}
      onFound={write}
    />
  );
}
