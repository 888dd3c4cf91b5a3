import { resetField, takeMembers, type FieldStore } from '../../../features/field/fieldStore.ts';
import type { FieldFeature } from '../fieldFeature.ts';

/** The member who is signed in, and the squads. */
export function createMemberFeature({
  field,
}: {
  field: FieldStore;
}): FieldFeature<'squads:squadsChanged' | 'squads:membersChanged'> {
  return {
    takeSnapshot({ snapshot }) {
      resetField(field, snapshot.squads);
      field.setState({ isSignOutHeld: false });
    },
    takeNotice: {
      'squads:squadsChanged': ({ squads }) => field.setState({ squads }),
      'squads:membersChanged': ({ members }) => takeMembers(field, members),
    },
    signedOut: () => field.setState({ self: undefined, member: undefined }),
  };
}
