import type { District } from '../../src-shared/cameras/cameras.protocol.ts';
import type { MemberStatus } from '../../src-shared/squads/memberStatus.ts';
import type { Emergency, MemberPosition, Squad } from '../../src-shared/squads/squads.protocol.ts';
import type { MemberRecord, SquadsContent } from '../features/squads/squads.repository.ts';
import type { Store } from './database.ts';

/** Used and expired codes are kept this long, so that a late phone receives the reason of its refusal. Milliseconds. */
export const codesKeptMs = 24 * 3_600_000;
/** So many ended emergencies are loaded: a phone that was away sends one again for a week at most. */
const endedLoaded = 500;
const endedStates = ['resolved', 'false'];

/** All that a starting hub needs to know of squads, members, phones, codes, positions and emergencies. */
export async function loadSquads(store: Store, nowMs: number): Promise<SquadsContent> {
  const squads = await store.selectFrom('squads').selectAll().orderBy('id').execute();
  const members = await store.selectFrom('squad_members').selectAll().orderBy('id').execute();
  const phones = await store
    .selectFrom('member_sessions')
    .selectAll()
    .where('ended_at_ms', 'is', null)
    .execute();
  const codes = await store
    .selectFrom('member_sign_in_codes')
    .selectAll()
    .where('expires_at_ms', '>=', nowMs - codesKeptMs)
    .execute();
  const positions = await store.selectFrom('member_positions').selectAll().execute();
  const emergencies = await store
    .selectFrom('emergencies')
    .select('document')
    .where('state', 'not in', endedStates)
    .orderBy('raised_at_ms')
    .execute();
  const ended = await store
    .selectFrom('emergencies')
    .select('document')
    .where('state', 'in', endedStates)
    .orderBy('raised_at_ms', 'desc')
    .limit(endedLoaded)
    .execute();
  return {
    squads: squads.map((row): Squad => ({
      squadId: row.id,
      name: row.name,
      ...(row.name_en === null ? {} : { nameEn: row.name_en }),
      startsBodyCamInEmergency: Number(row.starts_body_cam) === 1,
      ...(row.home_districts === '[]' ? {} : { homeDistricts: JSON.parse(row.home_districts) as District[] }),
    })),
    members: members.map((row): MemberRecord => ({
      memberId: row.id,
      squadId: row.squad_id,
      name: row.name,
      ...(Number(row.is_leader) === 1 ? { isLeader: true } : {}),
      skills: JSON.parse(row.skills) as string[],
      duty: {
        status: row.status as MemberStatus,
        sinceMs: Number(row.since_ms),
        ...(row.checked_in_at_ms === null ? {} : { checkedInAtMs: Number(row.checked_in_at_ms) }),
      },
    })),
    phones: phones.map((row) => ({
      tokenHash: row.token_hash,
      memberId: row.member_id,
      phoneName: row.phone_name,
      signedInAtMs: Number(row.signed_in_at_ms),
      // Of one from before the use was written down it counts from now on.
      lastUsedAtMs: row.last_used_at_ms === null ? nowMs : Number(row.last_used_at_ms),
      address: row.address,
    })),
    codes: codes.map((row) => ({
      codeHash: row.code_hash,
      memberId: row.member_id,
      expiresAtMs: Number(row.expires_at_ms),
      ...(row.used_by_token_hash === null ? {} : { usedByTokenHash: row.used_by_token_hash }),
    })),
    positions: positions.map((row) => ({
      memberId: row.member_id,
      position: JSON.parse(row.document) as MemberPosition,
    })),
    emergencies: emergencies.map((row) => JSON.parse(row.document) as Emergency),
    endedEmergencies: ended.reverse().map((row) => JSON.parse(row.document) as Emergency),
  };
}
