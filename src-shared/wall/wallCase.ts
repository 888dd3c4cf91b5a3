/** The scene of one order on a screen: the kitchen, the body cams of those who go, the map, the timers and the steps. Pure. */
import { z } from 'zod';
import {
  orderKinds,
  orderPlaceSchema,
  orderPrioritySchema,
  orderStepSchema,
} from '../orders/orders.protocol.ts';
import { dispositions, orderStates } from '../orders/order.ts';
import { roadSchema } from '../orders/orderWay.ts';
import { squadsIdSchema } from '../squads/squads.protocol.ts';

/** The grid of a case: the kitchen at the upper left, body cams beside it; the lower half is the map and the steps. */
export const caseGrid = { columns: 12, rows: 12 } as const;
/** Body cams that are shown at one time, who is in charge first. */
export const maxCaseBodyCams = 3;
/** Steps that are shown, the newest. */
const maxCaseSteps = 12;

const identifier = z.string().min(1).max(64);

/** What a screen needs to show an order. */
export const caseSourcesSchema = z.object({
  orderId: squadsIdSchema,
  /** The camera in the kitchen; an order that comes from no camera has none. */
  kitchenId: identifier.optional(),
  /** Who goes, who is in charge first. */
  memberIds: z.array(squadsIdSchema).max(50),
});
export type CaseSources = z.output<typeof caseSourcesSchema>;

/** An order as a screen in a room with visitors shows it: no instructions, no notes, no reasons. */
export const caseViewSchema = z.object({
  orderId: squadsIdSchema,
  number: z.string(),
  kind: z.enum(orderKinds),
  priority: orderPrioritySchema,
  place: orderPlaceSchema.omit({ address: true }),
  state: z.enum(orderStates),
  sinceMs: z.number(),
  createdAtMs: z.number(),
  isOverdue: z.boolean(),
  /** When the present step is overdue. */
  dueAtMs: z.number().optional(),
  squadId: squadsIdSchema.optional(),
  memberIds: z.array(squadsIdSchema),
  /** Those of them who joined after the first were there: they are still on their way. */
  lateIds: z.array(squadsIdSchema),
  disposition: z.enum(dispositions).optional(),
  /** The newest last. */
  steps: z
    .array(
      orderStepSchema
        .pick({ action: true, memberId: true, memberIds: true, squadId: true })
        .extend({ atMs: z.number() }),
    )
    .max(maxCaseSteps),
  roads: z.array(roadSchema).max(50),
});
export type CaseView = z.output<typeof caseViewSchema>;

/** What a screen leaves out of an order's history: what a phone reports of itself, and what somebody wrote. */
const leftOut: ReadonlySet<string> = new Set([
  'sent',
  'delivered',
  'noted',
  'checked',
  'unchecked',
  'changed',
]);

/** The steps that a screen shows, of an order's history with the oldest first. */
export function caseSteps(steps: readonly z.output<typeof orderStepSchema>[]): CaseView['steps'] {
  return steps
    .filter(({ action }) => !leftOut.has(action))
    .slice(-maxCaseSteps)
    .map(({ action, memberId, memberIds, squadId, happenedAtMs }) => ({
      action,
      atMs: happenedAtMs,
      ...(memberId === undefined ? {} : { memberId }),
      ...(memberIds === undefined ? {} : { memberIds }),
      ...(squadId === undefined ? {} : { squadId }),
    }));
}

/** A picture of a case and where it is in the grid. */
export interface CaseTile {
  tileId: string;
  cameraId: string | undefined;
  column: number;
  row: number;
  columnSpan: number;
  rowSpan: number;
}

/** The pictures of a case: the kitchen, and the body cams side by side; whose body cam is not there keeps the place. */
export function caseTiles(
  { kitchenId, memberIds }: CaseSources,
  bodyCamOf: (memberId: string) => string,
): CaseTile[] {
  const half = caseGrid.columns / 2;
  const shown = memberIds.slice(0, maxCaseBodyCams);
  const columnSpan = shown.length === 0 ? half : half / shown.length;
  return [
    { tileId: 'case-kitchen', cameraId: kitchenId, column: 0, row: 0, columnSpan: half, rowSpan: half },
    ...shown.map((memberId, index) => ({
      tileId: `case-body-${memberId}`,
      cameraId: bodyCamOf(memberId),
      column: half + index * columnSpan,
      row: 0,
      columnSpan,
      rowSpan: half,
    })),
  ];
}
