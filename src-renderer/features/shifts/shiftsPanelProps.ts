import type { TimeFormat } from '../../ui/times.ts';
import type { Shifts } from './shiftsStore.ts';

export interface ShiftsPanelProps {
  shifts: Shifts;
  times: Pick<TimeFormat, 'timeOfDay'>;
  /** Whether the server answers. */
  enabled: boolean;
  /** The account that is signed in here. */
  ownId: string | undefined;
  /** Opens a page to print in a window of its own, once the hub lets it go. */
  print(path: string): void;
}
