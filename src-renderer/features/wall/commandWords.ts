import type { Refused } from '../../../src-shared/protocol/define.ts';

/** What an operator asked for, as the message repeats it: the words are `command.<name>` of the locale. */
export type CommandWords =
  | { name: 'placeCamera'; camera: string; tile: number }
  | { name: 'pinTile'; camera: string; tile: number }
  | { name: 'unpinTile'; tile: number }
  | { name: 'pause' | 'resume' | 'step' | 'back' }
  | { name: 'spotlight'; camera: string }
  | { name: 'endSpotlight' }
  | { name: 'changeLayout'; tiles: number }
  | { name: 'startTour' }
  | { name: 'showMap' | 'showBoard' | 'showTiles' | 'endCase' }
  | { name: 'showCase'; number: string }
  | { name: 'showSaved'; title: string }
  | { name: 'saveProgramme' | 'saveScene' | 'removeSaved'; title: string }
  | { name: 'saveSchedule' };

/** What came of a command, for the line that says so: done, or the hub's refusal. */
export type CommandOutcome = { command: CommandWords; ok: true } | ({ command: CommandWords } & Refused);
