import { z } from 'zod';
import { request } from '../protocol/define.ts';

/** Calendar periods in the command centre's own time zone; a week begins on Monday. Each ends now. */
export const boardPeriods = ['today', 'week', 'month'] as const;
export type BoardPeriod = (typeof boardPeriods)[number];

/** The steps whose times are measured, in the order of work; README.md says from when to when each goes. */
export const boardSteps = ['acknowledge', 'accept', 'arrive', 'clear', 'close'] as const;
export type BoardStep = (typeof boardSteps)[number];

/** The ages by which open orders are counted: up to so many milliseconds, and older. */
export const boardAges = [30 * 60_000, 60 * 60_000, 4 * 3_600_000, 24 * 3_600_000] as const;

/** Rows of each list at most: what is beyond is left out, the largest come first. */
export const maxBoardRows = 50;

const count = z.number().int().nonnegative();
const durationMs = z.number().nonnegative();

/** The times of one step. Without a measurement there is no p50 and no p90. */
export const stepTimesSchema = z.object({
  step: z.enum(boardSteps),
  /** How many were measured. */
  count,
  /** Half of them took at most so long, and nine of ten at most so long: the measured value at that place (nearest rank). */
  p50Ms: durationMs.optional(),
  p90Ms: durationMs.optional(),
  /** How many kept their own target: that of the order's kind and priority, or of the alert. */
  withinTarget: count,
  /** The shortest and the longest of these targets. */
  leastTargetMs: durationMs.optional(),
  mostTargetMs: durationMs.optional(),
});
export type StepTimes = z.output<typeof stepTimesSchema>;

/** Orders of one group: a district, a kind or a squad; `name` is absent for those that have none. */
export const boardGroupSchema = z.object({
  name: z.string().optional(),
  created: count,
  open: count,
  closed: count,
  cancelled: count,
  steps: z.array(stepTimesSchema),
});
export type BoardGroup = z.output<typeof boardGroupSchema>;

const rateSchema = z.object({
  /** All of the period, whoever sent them and whatever became of them. */
  alerts: count,
  /** Those of an AI platform that somebody judged: false alarms, and those that were handled. */
  judged: count,
  falseAlarms: count,
  /** Those of all that a site appealed, whatever was decided. */
  appealed: count,
});

/** Everything that the board shows, of the part of the city that the reader works for. Times are Unix milliseconds. */
export const boardFiguresSchema = z.object({
  period: z.enum(boardPeriods),
  /** The beginning of the period, and when the figures were computed, which is its end. */
  fromMs: z.number(),
  computedAtMs: z.number(),
  /** The targets of orders without a rule of their own and of alerts of class 1, for steps of which nothing was measured. */
  targetsMs: z.record(z.enum(boardSteps), durationMs),
  /** Orders that are open now, whenever they were written. */
  open: z.object({
    total: count,
    overdue: count,
    /** For each of `boardAges`, and the older ones last. */
    byAge: z.array(count).length(boardAges.length + 1),
    bySquad: z.array(
      z.object({ squadId: z.string().optional(), byAge: z.array(count).length(boardAges.length + 1) }),
    ),
  }),
  /** Orders that were written in the period, and alerts that were raised in it. */
  total: boardGroupSchema,
  byDistrict: z.array(boardGroupSchema),
  byKind: z.array(boardGroupSchema),
  bySquad: z.array(boardGroupSchema),
  /** Each day of the period, the oldest first. */
  days: z.array(z.object({ fromMs: z.number(), created: count, closed: count })).max(31),
  falseAlarms: z.object({
    byKind: z.array(rateSchema.extend({ kindId: z.string() })),
    byCamera: z.array(
      rateSchema.extend({ cameraId: z.string(), cameraName: z.string(), siteName: z.string() }),
    ),
  }),
  /** Repeat offenders (`repeatOffenders.ts`), whatever the period; `violations` are the findings that count. */
  offenders: z.array(
    z.object({
      siteId: z.string(),
      name: z.string(),
      nameEn: z.string().optional(),
      district: z.string().optional(),
      violations: count,
      lastAtMs: z.number(),
    }),
  ),
  /** Cards that are shown to sites now; absent where nothing keeps cards. */
  cards: z
    .array(
      z.object({
        siteId: z.string(),
        name: z.string(),
        district: z.string().optional(),
        card: z.enum(['yellow', 'red']),
        /** When it should have been corrected. */
        dueAtMs: z.number(),
      }),
    )
    .optional(),
});
export type BoardFigures = z.output<typeof boardFiguresSchema>;

export const boardRequests = {
  /** The figures of a period; the same answer for up to ten seconds. */
  'board:readFigures': request({
    capability: 'board:view',
    scope: 'filtered',
    input: z.object({ period: z.enum(boardPeriods) }),
    output: boardFiguresSchema,
  }),
};
