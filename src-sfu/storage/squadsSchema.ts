/** One row a squad. */
export interface SquadsTable {
  id: string;
  name: string;
  name_en: string | null;
  starts_body_cam: number;
  /** A JSON list of names. */
  home_districts: string;
}

/** One row a member, with the status as it is now. */
export interface SquadMembersTable {
  id: string;
  squad_id: string;
  name: string;
  status: string;
  since_ms: number;
  checked_in_at_ms: number | null;
  /** 1 for a leader of the squad. */
  is_leader: number;
  /** A JSON list of texts. */
  skills: string;
}

/** Codes for one sign-in, by their SHA-256. */
export interface MemberSignInCodesTable {
  code_hash: string;
  member_id: string;
  expires_at_ms: number;
  /** The phone that used it: it may ask again. */
  used_by_token_hash: string | null;
}

/** Phones that were signed in, by the SHA-256 of their token. */
export interface MemberSessionsTable {
  token_hash: string;
  member_id: string;
  phone_name: string;
  signed_in_at_ms: number;
  ended_at_ms: number | null;
  /** Null for a phone that was not used since its use is written down. */
  last_used_at_ms: number | null;
  address: string;
}

/** Append-only: each change of a status that was reported, applied or not. A phone's id is taken once. */
export interface MemberStatusChangesTable {
  change_id: string;
  member_id: string;
  status: string;
  changed_by: string;
  happened_at_ms: number;
  received_at_ms: number;
  refusal: string | null;
}

/** The last position of each member that shares it, as JSON. */
export interface MemberPositionsTable {
  member_id: string;
  document: string;
}

/** One row an emergency, all of it in the document. */
export interface EmergenciesTable {
  id: string;
  member_id: string;
  state: string;
  raised_at_ms: number;
  document: string;
}

/** One row each time that somebody had a floor. */
export interface TalksTable {
  id: number;
  group_id: string;
  epoch: number;
  started_at_ms: number;
  ended_at_ms: number | null;
  end_cause: string | null;
  document: string;
}
