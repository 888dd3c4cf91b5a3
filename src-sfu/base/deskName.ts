/** The part of a connected surface from which its name is made. */
export interface NamedSurface {
  identity:
    | {
        /** Who stands behind it; a person with an account has a name. */
        principal?: { kind: string; name: string };
        role: string;
        screenId?: string;
        officer?: { name: string };
        /** Whose seat it is, where another role sits there: an administrator works at a duty officer's. */
        seatRole?: string;
        /** The number of the seat, counted per role from 1. */
        seat?: number;
      }
    | undefined;
}

/** What a seat is called, by role. The surfaces show these names in their own language (seatWords.ts). */
const seats: Partial<Record<string, string>> = {
  duty_officer: '值班席',
  supervisor: '指挥长席',
};

/**
 * Who acts at a desk: the name of the account; without one, the name that the officer gave when the desk joined; otherwise the seat, such as `值班席 2`. Members
 * of squads read this name, and it is kept in records.
 */
export function deskName({ identity }: NamedSurface): string {
  const { kind, name = '' } = identity?.principal ?? {};
  if (kind === 'person' && name !== '') return name.slice(0, 40);
  if (identity?.officer !== undefined) return identity.officer.name;
  if (identity?.role === 'screen') return `screen ${identity.screenId ?? ''}`.trim().slice(0, 40);
  return `${seats[identity?.seatRole ?? identity?.role ?? 'stranger'] ?? '席位'} ${identity?.seat ?? ''}`.trim();
}

/** A desk without an officer in the words of a language, as the surfaces say it (seatWords.ts); every other name as it is. */
export function seatInWords(
  name: string,
  words: (key: string, parameters?: Record<string, string | number>) => string | undefined,
): string {
  const [, seat, number = ''] = /^(值班席|指挥长席|席位)(?: (\d{1,6}))?$/.exec(name) ?? [];
  if (seat === undefined) return name;
  const role =
    seat === seats.duty_officer ? 'dutyOfficer' : seat === seats.supervisor ? 'supervisor' : 'other';
  return words(`seat.${role}`, { number })?.trim() ?? name;
}
