import { FieldFindings } from '../../../features/field/findings/FieldFindings.tsx';
import type { FieldFindingsStore } from '../../../features/field/findings/fieldFindingsStore.ts';
import type { FindingOutbox } from '../../../features/field/findings/findingOutbox.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { Place } from '../../../features/field/positionRate.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface FindingsFeatureParts {
  link: Pick<HubLink, 'request'>;
  foundings: FieldFindingsStore;
  foundOutbox: Pick<FindingOutbox, 'add' | 'connected' | 'forgetAll' | 'setAside'>;
  sharing: { place: Place | undefined };
}

/** What a member finds within an order: kept on the phone until the hub has it. */
export function createFindingsFeature({ foundings, foundOutbox }: FindingsFeatureParts): FieldFeature {
  const forget = (): void => {
    foundOutbox.forgetAll();
    foundings.setState({ sent: [] });
  };
  return {
    takeSnapshot: () => foundOutbox.connected(true),
    connectionLost: () => foundOutbox.connected(false),
    signedIn(isNew) {
      // What a member before left behind is nobody's any more.
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
  orderId,
}: FindingsFeatureParts & { orderId: string }) {
  return (
    <FieldFindings
      store={foundings}
      orderId={orderId}
      onOpen={() => {
        void link.request('findings:listClauses', {}).then((answer) => {
          if (answer.ok) foundings.setState({ clauses: answer.data.clauses });
        });
      }}
      onFound={(content) => foundOutbox.add(orderId, content, sharing.place)}
    />
  );
}
