/** Who should go: squads' members in the order in which they suit an order, each with the reasons. Pure. */
import type { District } from '../cameras/cameras.protocol.ts';
import { checkInAge, type MemberStatus } from '../squads/memberStatus.ts';
import { hasSkill } from '../squads/skills.ts';
import type { Member } from '../squads/squads.protocol.ts';
import { distanceM } from './straightLine.ts';

/** Where an order is, WGS-84 degrees. */
export interface OrderPoint {
  latitude: number;
  longitude: number;
}

/** How long somebody takes by the road. */
export interface RoadTime {
  durationMs: number;
  distanceM: number;
}

/** How fast somebody is taken to come along the straight line: a car in a town with its detours. */
export const straightSpeedKmh = 30;

/** How long the straight line takes. Milliseconds. */
export function straightDurationMs(metres: number): number {
  return (metres * 3_600) / straightSpeedKmh;
}

/** One member who could go. */
export interface Candidate {
  memberId: string;
  squadId: string;
  /** Straight line, metres; undefined where the order or the member has no position. */
  distanceM: number | undefined;
  /** The road, where a router answered. */
  road: RoadTime | undefined;
  /** How old the position is, milliseconds. */
  positionAgeMs: number | undefined;
  status: MemberStatus;
  /** Orders that the member has already. */
  load: number;
  isConnected: boolean;
  /** What speaks for the member and against, the weightiest first; a surface has words for each. */
  reasons: CandidateReason[];
  /** Lower suits better. Metres, with a surcharge for everything that speaks against the member. */
  cost: number;
}

export const candidateReasons = [
  'near',
  'far',
  'free',
  'on_the_way_back',
  'busy',
  'unavailable',
  'off_duty',
  'offline',
  'position_old',
  'position_unknown',
  'has_orders',
  'check_in_old',
  'has_skill',
  'lacks_skill',
  'home_district',
  'other_district',
] as const;
export type CandidateReason = (typeof candidateReasons)[number];

/** What each thing is worth, in metres of a longer way. */
const surcharges = {
  returning: 500,
  busy: 8_000,
  unavailable: 60_000,
  off_duty: 120_000,
  offline: 30_000,
  /** Where the member may be by now is not known: counted as the mean distance within a county. */
  position_unknown: 10_000,
  position_old: 3_000,
  order: 4_000,
  check_in_old: 1_000,
  /** Somebody with the skill who is half an hour farther goes first, and nobody who is off duty or offline does. */
  lacks_skill: 15_000,
  /**
   * Whose squad is at home in another district than the order's. Three kilometres, some six minutes by car: among those of
   * comparable conditions the home squad goes first, even from somewhat farther, and district never outweighs a status, a load or a skill.
   * So who is on scene within `nearM` with that one order goes before the free of the home district from 17 km on.
   */
  other_district: 3_000,
  /** Whose squad has no home district: as far from the one as from the other. */
  no_home_district: 1_500,
} as const;

/** A position older than this says little. Milliseconds. */
export const oldPositionMs = 5 * 60_000;
/** A squad within this distance is shown as near: some minutes by car in a town. Metres. */
const nearM = 2_000;
const farM = 15_000;

/** Members in the order in which they suit, the best first; equals by name, so that the order does not jump. */
export function rankMembers(options: {
  members: readonly Member[];
  place: OrderPoint | undefined;
  /** How many orders each member works on now. */
  loadOf(memberId: string): number;
  /** The skill that the order wants; without one nobody is preferred for what they can do. */
  skill?: string | undefined;
  /** The district that the order is in; without one no squad is preferred for where it is at home. */
  district?: District | undefined;
  /** The home districts of a squad; undefined or empty where it has none. */
  homeOf?(squadId: string): readonly District[] | undefined;
  /** The road from where a member is, where it is known; it counts in place of the straight line. */
  roadOf?(memberId: string): RoadTime | undefined;
  nowMs: number;
}): Candidate[] {
  const { members, place, loadOf, skill, district, nowMs } = options;
  const { homeOf = () => undefined, roadOf = () => undefined } = options;
  const ranked = members.map((member) => ({
    name: member.name,
    candidate: judge(member, place, {
      load: loadOf(member.memberId),
      road: roadOf(member.memberId),
      skill,
      home: district === undefined ? undefined : homeStanding(district, homeOf(member.squadId)),
      nowMs,
    }),
  }));
  ranked.sort(
    (left, right) =>
      left.candidate.cost - right.candidate.cost ||
      compare(left.name, right.name) ||
      compare(left.candidate.memberId, right.candidate.memberId),
  );
  return ranked.map(({ candidate }) => candidate);
}

type HomeStanding = 'home_district' | 'other_district' | 'no_home_district';

function homeStanding(district: District, home: readonly District[] | undefined = []): HomeStanding {
  if (home.length === 0) return 'no_home_district';
  return home.includes(district) ? 'home_district' : 'other_district';
}

function judge(
  member: Member,
  place: OrderPoint | undefined,
  {
    load,
    road,
    skill,
    home,
    nowMs,
  }: {
    load: number;
    road: RoadTime | undefined;
    skill: string | undefined;
    home: HomeStanding | undefined;
    nowMs: number;
  },
): Candidate {
  const { position, duty, isConnected } = member;
  const away = place === undefined || position === undefined ? undefined : distanceM(position, place);
  const positionAgeMs = position === undefined ? undefined : Math.max(0, nowMs - position.atMs);
  const weighed: { reason: CandidateReason; cost: number }[] = [];
  const say = (reason: CandidateReason, cost: number): void => void weighed.push({ reason, cost });

  if (skill !== undefined) {
    if (hasSkill(member.skills, skill)) say('has_skill', 0);
    else say('lacks_skill', surcharges.lacks_skill);
  }
  switch (duty.status) {
    case 'available':
      say('free', 0);
      break;
    case 'returning':
      say('on_the_way_back', surcharges.returning);
      break;
    case 'unavailable':
      say('unavailable', surcharges.unavailable);
      break;
    case 'off_duty':
      say('off_duty', surcharges.off_duty);
      break;
    default:
      say('busy', surcharges.busy);
  }
  if (!isConnected) say('offline', surcharges.offline);
  if (place !== undefined && away === undefined) say('position_unknown', surcharges.position_unknown);
  if (away !== undefined && positionAgeMs !== undefined && positionAgeMs > oldPositionMs) {
    say('position_old', surcharges.position_old);
  }
  if (load > 0) say('has_orders', load * surcharges.order);
  if (checkInAge(duty, nowMs) === 'red') say('check_in_old', surcharges.check_in_old);
  if (home === 'home_district') say(home, 0);
  if (home === 'other_district') say(home, surcharges.other_district);
  if (away !== undefined && away <= nearM) say('near', 0);
  if (away !== undefined && away >= farM) say('far', away);

  return {
    memberId: member.memberId,
    squadId: member.squadId,
    distanceM: away,
    road: away === undefined ? undefined : road,
    positionAgeMs,
    status: duty.status,
    load,
    isConnected,
    reasons: weighed.toSorted((left, right) => right.cost - left.cost).map(({ reason }) => reason),
    cost:
      lengthOf(away, road) +
      (home === 'no_home_district' ? surcharges.no_home_district : 0) +
      weighed.reduce((sum, { reason, cost }) => sum + (reason === 'far' ? 0 : cost), 0),
  };
}

/** How far it is, as the length of the straight line that takes as long as the road. Metres. */
function lengthOf(away: number | undefined, road: RoadTime | undefined): number {
  if (away === undefined || road === undefined) return away ?? 0;
  return road.durationMs / straightDurationMs(1);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
