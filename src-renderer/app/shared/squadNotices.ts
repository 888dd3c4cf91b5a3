import {
  takeEmergency,
  takeMembers,
  takePositions,
  type SquadsStore,
} from '../../features/squads/squadsStore.ts';
import type { NoticeTakers } from './surfaceFeature.ts';

/** The notices about squads that desks and screens take. */
export type SquadNotices =
  'squads:squadsChanged' | 'squads:membersChanged' | 'squads:positionsChanged' | 'squads:emergencyChanged';

/** Takes the notices about squads into the store of a surface that sees all squads. */
export function squadNoticeTakers(store: SquadsStore): NoticeTakers<SquadNotices> {
  return {
    'squads:squadsChanged': ({ squads }) => store.setState({ squads }),
    'squads:membersChanged': (payload) => takeMembers(store, payload),
    'squads:positionsChanged': (payload) => takePositions(store, payload),
    'squads:emergencyChanged': ({ emergency }) => takeEmergency(store, emergency),
  };
}
