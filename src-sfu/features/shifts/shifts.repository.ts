import type { Scope } from '../../../src-shared/session/principal.ts';
import type { Shift } from '../../../src-shared/shifts/shift.ts';
import type { ShiftCursor, ShiftLog, ShiftNote } from '../../../src-shared/shifts/shifts.protocol.ts';

/** What is written with a shift. */
export interface ShiftSaving {
  shift: Shift;
  /** Of a new one: the sign-in with which it began. */
  signIn?: string;
  /** Of one that ended: what happened in it, which is kept as it was. */
  log?: ShiftLog;
  /** The answer to a repeat of this command. */
  commandId?: string;
  audit: { action: string; actor: string; detail: object };
}

/** Which ended shifts are listed: those of the own account, and those of parts of the city that have something in common with the scope. */
export interface EndedShiftsQuestion {
  accountId: string;
  scope: Scope;
  limit: number;
  cursor?: ShiftCursor | undefined;
}

export interface ShiftsRepository {
  /** Those that have not ended, and the sign-ins of those that ended last. */
  load(): Promise<{ open: Shift[]; endedSignIns: string[] }>;
  find(shiftId: string): Promise<{ shift: Shift; log: ShiftLog | undefined } | undefined>;
  /** The sign-in with which a shift began. */
  signInOf(shiftId: string): Promise<string | undefined>;
  /** One page of those that ended and that somebody sees, the newest first. */
  ended(question: EndedShiftsQuestion): Promise<{ shifts: Shift[]; next?: ShiftCursor }>;
  /** All of it in one transaction with its line of the audit log. */
  save(saving: ShiftSaving): Promise<void>;
  /** The revision that a command was answered with; undefined for one that was not. */
  answered(commandId: string): Promise<number | undefined>;
  /** Writes a note unless one with its id is there; answers the one that is there. */
  writeNote(shiftId: string, note: ShiftNote): Promise<{ shiftId: string; note: ShiftNote }>;
  notes(shiftId: string): Promise<ShiftNote[]>;
  readLog(fromMs: number, toMs: number, scope: Scope): Promise<ShiftLog>;
}
