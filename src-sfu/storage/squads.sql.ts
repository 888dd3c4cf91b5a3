import type { Kysely, Transaction } from 'kysely';
import type { MemberStatus, StatusRefusal } from '../../src-shared/squads/memberStatus.ts';
import type { Emergency } from '../../src-shared/squads/squads.protocol.ts';
import type { MemberRecord, SquadsRepository, StatusChange } from '../features/squads/squads.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import { codesKeptMs, loadSquads } from './squadsContent.sql.ts';

const raiseAction = 'squads:raiseEmergency';

/** Squads in the store. */
export function createSquadsRepository(store: Store): SquadsRepository {
  const change = (work: (transaction: Transaction<StoreSchema>) => Promise<void>): Promise<void> =>
    store.transaction().execute(work);
  const audited = (
    audit: { atMs: number; actor: string; action: string; subject: string; detail?: object },
    work: (transaction: Transaction<StoreSchema>) => Promise<void>,
  ): Promise<void> =>
    change(async (transaction) => {
      await work(transaction);
      await appendAudit(transaction, { detail: {}, ...audit });
    });

  return {
    load: (nowMs) => loadSquads(store, nowMs),
    saveSquad: (squad, actor, atMs) =>
      audited(
        { atMs, actor, action: 'squads:saveSquad', subject: squad.squadId, detail: squad },
        async (transaction) => {
          const row = {
            name: squad.name,
            name_en: squad.nameEn ?? null,
            starts_body_cam: squad.startsBodyCamInEmergency ? 1 : 0,
            home_districts: JSON.stringify(squad.homeDistricts ?? []),
          };
          await transaction
            .insertInto('squads')
            .values({ id: squad.squadId, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute();
        },
      ),
    removeSquad: (squadId, actor, atMs) =>
      audited({ atMs, actor, action: 'squads:removeSquad', subject: squadId }, async (transaction) => {
        await transaction.deleteFrom('squads').where('id', '=', squadId).execute();
      }),
    saveMember: (member, actor, atMs) => {
      const { squadId, name, skills = [] } = member;
      const detail = { squadId, name, ...(skills.length === 0 ? {} : { skills }) };
      const row = {
        squad_id: squadId,
        name,
        is_leader: member.isLeader === true ? 1 : 0,
        skills: JSON.stringify(skills),
      };
      return audited(
        { atMs, actor, action: 'squads:saveMember', subject: member.memberId, detail },
        async (transaction) => {
          await transaction
            .insertInto('squad_members')
            .values({ id: member.memberId, ...row, ...dutyRow(member.duty) })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute();
        },
      );
    },
    setLeader: ({ memberId, squadId }, isLeader, actor, atMs) =>
      audited(
        { atMs, actor, action: 'squads:setLeader', subject: memberId, detail: { squadId, isLeader } },
        async (transaction) => {
          await transaction
            .updateTable('squad_members')
            .set({ is_leader: isLeader ? 1 : 0 })
            .where('id', '=', memberId)
            .execute();
        },
      ),
    removeMember: (memberId, actor, atMs) =>
      audited({ atMs, actor, action: 'squads:removeMember', subject: memberId }, async (transaction) => {
        await endPhones(transaction, memberId, atMs);
        await transaction.deleteFrom('member_sign_in_codes').where('member_id', '=', memberId).execute();
        await transaction.deleteFrom('member_positions').where('member_id', '=', memberId).execute();
        await transaction.deleteFrom('squad_members').where('id', '=', memberId).execute();
      }),
    saveCode: (code, actor, atMs) =>
      audited(
        { atMs, actor, action: 'squads:makeSignInCode', subject: code.memberId },
        async (transaction) => {
          await transaction
            .deleteFrom('member_sign_in_codes')
            .where((where) =>
              where.or([
                where.and([where('member_id', '=', code.memberId), where('used_by_token_hash', 'is', null)]),
                where('expires_at_ms', '<', atMs - codesKeptMs),
              ]),
            )
            .execute();
          await transaction
            .insertInto('member_sign_in_codes')
            .values({
              code_hash: code.codeHash,
              member_id: code.memberId,
              expires_at_ms: code.expiresAtMs,
              used_by_token_hash: null,
            })
            .execute();
        },
      ),
    signIn: (codeHash, phone) => {
      const { memberId, signedInAtMs, phoneName } = phone;
      const audit = { atMs: signedInAtMs, actor: memberId, action: 'squads:signIn', subject: memberId };
      return audited({ ...audit, detail: { phoneName, address: phone.address } }, async (transaction) => {
        await endPhones(transaction, memberId, signedInAtMs);
        await transaction
          .updateTable('member_sign_in_codes')
          .set({ used_by_token_hash: phone.tokenHash })
          .where('code_hash', '=', codeHash)
          .execute();
        await transaction
          .insertInto('member_sessions')
          .values({
            token_hash: phone.tokenHash,
            member_id: memberId,
            phone_name: phoneName,
            signed_in_at_ms: signedInAtMs,
            ended_at_ms: null,
            last_used_at_ms: phone.lastUsedAtMs,
            address: phone.address,
          })
          .execute();
      });
    },
    savePhoneUses: (phones) =>
      change(async (transaction) => {
        for (const { tokenHash, lastUsedAtMs, address } of phones) {
          await transaction
            .updateTable('member_sessions')
            .set({ last_used_at_ms: lastUsedAtMs, address })
            .where('token_hash', '=', tokenHash)
            .execute();
        }
      }),
    signOut: (memberId, reason, actor, atMs) =>
      audited(
        { atMs, actor, action: 'squads:signOut', subject: memberId, detail: { reason } },
        async (transaction) => endPhones(transaction, memberId, atMs),
      ),
    async findChanges(memberId, changeIds) {
      const rows = await store
        .selectFrom('member_status_changes')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('change_id', 'in', changeIds)
        .execute();
      return rows.map((row) => ({
        changeId: row.change_id,
        memberId,
        status: row.status as MemberStatus,
        changedBy: row.changed_by,
        happenedAtMs: Number(row.happened_at_ms),
        receivedAtMs: Number(row.received_at_ms),
        ...(row.refusal === null ? {} : { refusal: row.refusal as StatusRefusal }),
      }));
    },
    saveChanges: (changes, memberId, duty) =>
      change(async (transaction) => {
        if (changes.length > 0) {
          await transaction.insertInto('member_status_changes').values(changes.map(changeRow)).execute();
        }
        await saveDuty(transaction, memberId, duty);
      }),
    saveDuty: (memberId, duty) => change((transaction) => saveDuty(transaction, memberId, duty)),
    savePositions: (positions) =>
      change(async (transaction) => {
        for (const { memberId, position } of positions) {
          const document = JSON.stringify(position);
          await transaction
            .insertInto('member_positions')
            .values({ member_id: memberId, document })
            .onConflict((conflict) => conflict.column('member_id').doUpdateSet({ document }))
            .execute();
        }
      }),
    async removePosition(memberId) {
      await store.deleteFrom('member_positions').where('member_id', '=', memberId).execute();
    },
    saveEmergencySteps: (steps) =>
      store.transaction().execute(async (transaction) => {
        for (const [index, step] of steps.entries()) {
          const { emergency, action, actor, atMs } = step;
          const { emergencyId, memberId, raisedAtMs, progress } = emergency;
          if (step.isReplayed === true && (await hasStep(transaction, emergencyId, action))) continue;
          if (index === 0 && action === raiseAction) {
            const before = await findEmergency(transaction, emergencyId);
            if (before !== undefined) return { before };
          }
          const row = { state: progress.state, document: JSON.stringify(emergency) };
          await transaction
            .insertInto('emergencies')
            .values({ id: emergencyId, member_id: memberId, raised_at_ms: raisedAtMs, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute();
          const detail = { memberId, ...progress.ended };
          // Steps that waited are written together, so each names its own.
          await appendAudit(transaction, {
            atMs,
            actor,
            action,
            subject: emergencyId,
            detail,
            principal: step.principal ?? null,
          });
        }
        return {};
      }),
    findEmergency: (emergencyId) => findEmergency(store, emergencyId),
  };
}

/** Each step of an emergency is done once at most, and has its line in the audit log. */
async function hasStep(store: Kysely<StoreSchema>, emergencyId: string, action: string): Promise<boolean> {
  const row = await store
    .selectFrom('audit_log')
    .select('id')
    .where('subject', '=', emergencyId)
    .where('action', '=', action)
    .executeTakeFirst();
  return row !== undefined;
}

async function findEmergency(
  store: Kysely<StoreSchema>,
  emergencyId: string,
): Promise<Emergency | undefined> {
  const row = await store
    .selectFrom('emergencies')
    .select('document')
    .where('id', '=', emergencyId)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.document) as Emergency);
}

function dutyRow({ status, sinceMs, checkedInAtMs }: MemberRecord['duty']) {
  return { status, since_ms: sinceMs, checked_in_at_ms: checkedInAtMs ?? null };
}

async function saveDuty(
  transaction: Transaction<StoreSchema>,
  memberId: string,
  duty: MemberRecord['duty'],
): Promise<void> {
  await transaction.updateTable('squad_members').set(dutyRow(duty)).where('id', '=', memberId).execute();
}

async function endPhones(
  transaction: Transaction<StoreSchema>,
  memberId: string,
  atMs: number,
): Promise<void> {
  await transaction
    .updateTable('member_sessions')
    .set({ ended_at_ms: atMs })
    .where('member_id', '=', memberId)
    .where('ended_at_ms', 'is', null)
    .execute();
}

function changeRow(change: StatusChange) {
  return {
    change_id: change.changeId,
    member_id: change.memberId,
    status: change.status,
    changed_by: change.changedBy,
    happened_at_ms: change.happenedAtMs,
    received_at_ms: change.receivedAtMs,
    refusal: change.refusal ?? null,
  };
}
