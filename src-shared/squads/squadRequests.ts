import { z } from 'zod';
import { request } from '../protocol/define.ts';
import { memberDutySchema, memberStatuses, statusRefusals } from './memberStatus.ts';
import { skillsSchema } from './skills.ts';
import {
  squadsIdSchema,
  squadsNameSchema,
  squadSchema,
  placeSchema,
  phoneStateSchema,
  memberSchema,
  emergencySchema,
  endedEmergencySchema,
  maxEndedEmergencies,
  memberTokenSchema,
  signInCodeSchema,
} from './squads.protocol.ts';

/** The age of what a phone reports, because its clock can be wrong. Milliseconds. */
const ageMs = z
  .number()
  .min(0)
  .max(7 * 24 * 3_600_000);

/** What desks and phones ask about squads. */
export const squadRequests = {
  /**
   * Adds a squad or changes it. Without `homeDistricts` those stay as they are; an empty list takes them away. Whoever works for some districts
   * adds and takes away no others.
   */
  'squads:saveSquad': request({
    capability: 'squads:manage',
    input: z.object({ squad: squadSchema }),
    output: z.object({ squad: squadSchema }),
  }),
  /** `conflict` while it has members. */
  'squads:removeSquad': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: z.object({ squadId: squadsIdSchema }),
    output: z.object({}),
  }),
  /** Adds a member or changes the name, the squad or the skills; without `skills` those stay as they are. */
  'squads:saveMember': request({
    capability: 'squads:manage',
    input: z.object({
      member: z.object({
        memberId: squadsIdSchema,
        squadId: squadsIdSchema,
        name: squadsNameSchema,
        skills: skillsSchema.optional(),
      }),
    }),
    output: z.object({ member: memberSchema }),
  }),
  /** Also signs the member's phone out. */
  'squads:removeMember': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: z.object({ memberId: squadsIdSchema }),
    output: z.object({}),
  }),
  /** A code for one sign-in within 10 min; an older one of the member is of no use any more. */
  'squads:makeSignInCode': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: z.object({ memberId: squadsIdSchema }),
    output: z.object({
      /** As it is shown and typed: `ABCD-EFGH`. */
      code: z.string(),
      expiresAtMs: z.number(),
      /** For the QR code, after the address that phones use: `/field.html#code=ABCD-EFGH`. */
      path: z.string(),
    }),
  }),
  /** Signs a member's phone out from the desk. */
  'squads:revokePhone': request({
    capability: 'squads:manage',
    input: z.object({ memberId: squadsIdSchema }),
    output: z.object({}),
  }),
  /**
   * Makes a member a leader of the squad that the member is in, or no leader any more. A member who is moved leads no longer. Somebody gets
   * rights by it, so that an open desk is not enough.
   */
  'squads:setLeader': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: z.object({ memberId: squadsIdSchema, isLeader: z.boolean() }),
    output: z.object({ member: memberSchema }),
  }),
  /**
   * A leader begins or ends the duty of the own squad, or of one of its members. Each member changes once however often the command
   * comes; who is in a call stays on duty. `refusals` has those who could not change, and why.
   */
  'squads:leadDuty': request({
    capability: 'squads:lead',
    input: z.object({
      commandId: squadsIdSchema,
      isOnDuty: z.boolean(),
      memberId: squadsIdSchema.optional(),
    }),
    output: z.object({
      changedMemberIds: z.array(squadsIdSchema),
      refusals: z.array(z.object({ memberId: squadsIdSchema, refusal: z.enum(statusRefusals) })),
    }),
  }),
  /** An officer sets a status, such as `dispatched`. `conflict` when it may not follow the present one. */
  'squads:setStatus': request({
    capability: 'squads:direct',
    input: z.object({ changeId: squadsIdSchema, memberId: squadsIdSchema, status: z.enum(memberStatuses) }),
    output: z.object({ member: memberSchema }),
  }),

  /**
   * Uses a code. The phone makes `token` first and keeps it; the same code and token again is answered the same.
   * `not_found`: no such code; `conflict`: used or too old; `too_many`: many codes are tried at this moment, try again. A phone that
   * the member was signed in on before is signed out. Then the phone joins with the token.
   */
  'squads:signIn': request({
    capability: 'none',
    scope: 'any',
    input: z.object({
      code: signInCodeSchema,
      token: memberTokenSchema,
      phoneName: z.string().trim().min(1).max(60),
    }),
    output: z.object({ memberId: squadsIdSchema, memberName: z.string(), squad: squadSchema }),
  }),
  'squads:signOut': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({}),
    output: z.object({}),
  }),
  /**
   * Status changes of the phone's own, in their order, those that waited for the network first. Each is applied exactly
   * once however often it is sent; answered when it is durable, the same each time.
   */
  'squads:reportStatuses': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({
      changes: z
        .array(
          z.object({
            /** Made by the phone. */
            changeId: squadsIdSchema,
            status: z.enum(memberStatuses),
            /** How long ago, by a clock that only runs forward: phones' dates can be wrong. */
            ageMs,
          }),
        )
        .min(1)
        .max(50),
    }),
    output: z.object({
      results: z.array(
        z.object({
          changeId: squadsIdSchema,
          applied: z.boolean(),
          refusal: z.enum(statusRefusals).optional(),
        }),
      ),
      duty: memberDutySchema,
    }),
  }),
  /** "All is well." */
  'squads:checkIn': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({}),
    output: z.object({ duty: memberDutySchema }),
  }),
  /** The newest position is shown; older ones that waited for the network are added to the trail. */
  'squads:reportPositions': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({ positions: z.array(placeSchema.extend({ ageMs })).min(1).max(100) }),
    output: z.object({}),
  }),
  /** The position is not shared any more: it goes from the map and from the store. */
  'squads:stopSharingPosition': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({}),
    output: z.object({}),
  }),
  'squads:reportPhone': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({ phoneState: phoneStateSchema }),
    output: z.object({}),
  }),
  /**
   * SOS. Sent again with the same id about every second until the answer or `squads:emergencyChanged` says `shown` and no
   * more `isNotStoredYet`; a repeat changes nothing. The first opens the microphone for 10 s over any talker of the squad's group, when the phone
   * has a voice there: `talk:floorGranted` says so.
   */
  'squads:raiseEmergency': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({
      emergencyId: squadsIdSchema,
      ageMs,
      place: placeSchema.optional(),
      /** The number of this press among the phone's talk presses (`talk:requestFloor`). */
      press: z.number().int().min(1),
    }),
    output: z.object({ emergency: emergencySchema }),
  }),
  /** A screen of the command centre shows the emergency, so the phone may confirm it to the member. A repeat is harmless. */
  'squads:confirmEmergencyShown': request({
    capability: 'squads:show',
    input: z.object({ emergencyId: squadsIdSchema }),
    output: z.object({ emergency: emergencySchema }),
  }),
  'squads:acknowledgeEmergency': request({
    capability: 'squads:direct',
    input: z.object({ emergencyId: squadsIdSchema }),
    output: z.object({ emergency: emergencySchema }),
  }),
  /**
   * SOS that ended within the last days, the newest first, of the squads for which the asker works. A screen of the wall shows those that
   * are open alone: names and reasons of what is over are read by people.
   */
  'squads:listEmergencies': request({
    capability: 'squads:viewEnded',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ emergencies: z.array(endedEmergencySchema).max(maxEndedEmergencies) }),
  }),
  'squads:endEmergency': request({
    capability: 'squads:direct',
    input: z.object({
      emergencyId: squadsIdSchema,
      outcome: z.enum(['resolved', 'false']),
      reason: z.string().trim().min(1).max(500),
    }),
    output: z.object({ emergency: emergencySchema }),
  }),
};
