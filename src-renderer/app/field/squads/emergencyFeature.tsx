import { EmergencyCard } from '../../../features/field/EmergencyCard.tsx';
import { EmergencyKey } from '../../../features/field/EmergencyKey.tsx';
import type { EmergencySender } from '../../../features/field/emergencySender.ts';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import { HoldKey } from '../../../features/talk/holdKey.ts';
import type { FieldFeature } from '../fieldFeature.ts';
import type { FieldSession } from '../FieldSession.ts';

export interface EmergencyFeatureParts {
  field: FieldStore;
  phone: Pick<FieldSession, 'touched'>;
  emergency: Pick<
    EmergencySender,
    'press' | 'letGo' | 'dismiss' | 'signedOut' | 'snapshotArrived' | 'emergencyChanged'
  >;
}

/** SOS: the key that is held for three seconds, and how far the member's own SOS has come. */
export function createEmergencyFeature({
  field,
  phone,
  emergency,
}: EmergencyFeatureParts): FieldFeature<'squads:emergencyChanged'> {
  const hold = new HoldKey(
    { window, document },
    {
      press() {
        phone.touched();
        emergency.press();
      },
      letGo: () => emergency.letGo(),
    },
  );
  return {
    panels: {
      over: () => <EmergencyCard store={field} onDismiss={() => emergency.dismiss()} />,
      foot: () => <EmergencyKey store={field} hold={hold} />,
    },
    takeSnapshot({ snapshot: { squads } }) {
      if (squads?.self !== undefined) emergency.snapshotArrived(squads.emergencies, squads.self.memberId);
    },
    takeNotice: { 'squads:emergencyChanged': (payload) => emergency.emergencyChanged(payload.emergency) },
    signedIn(isNew) {
      // The SOS of a member before is nobody's any more.
      if (isNew) emergency.signedOut();
    },
    signedOut: () => emergency.signedOut(),
  };
}
