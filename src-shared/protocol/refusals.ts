/** The reasons of all refusals. A surface has a sentence for each: `refusals.<reason>` in its locale files. */
import { accountsRefusals } from '../accounts/accounts.refusals.ts';
import { alertsRefusals } from '../alerts/alerts.refusals.ts';
import { attachmentsRefusals } from '../attachments/attachments.refusals.ts';
import { bodycamRefusals } from '../bodycam/bodycam.refusals.ts';
import { camerasRefusals } from '../cameras/cameras.refusals.ts';
import { cascadeRefusals } from '../cascade/cascade.refusals.ts';
import { citizensRefusals } from '../citizens/citizens.refusals.ts';
import { findingsRefusals } from '../findings/findings.refusals.ts';
import { kitchenTalkRefusals } from '../kitchenTalk/kitchenTalk.refusals.ts';
import { mediaRefusals } from '../media/media.refusals.ts';
import { onvifRefusals } from '../onvif/onvif.refusals.ts';
import { ordersRefusals } from '../orders/orders.refusals.ts';
import { publicRefusals } from '../public/public.refusals.ts';
import { recordersRefusals } from '../recorders/recorders.refusals.ts';
import { sessionRefusals } from '../session/session.refusals.ts';
import { sitesRefusals } from '../sites/sites.refusals.ts';
import { shiftsRefusals } from '../shifts/shifts.refusals.ts';
import { showcaseRefusals } from '../showcase/showcase.refusals.ts';
import { squadsRefusals } from '../squads/squads.refusals.ts';
import { talkRefusals } from '../talk/talk.refusals.ts';
import { timelineRefusals } from '../timeline/timeline.refusals.ts';
import { turningRefusals } from '../turning/turning.refusals.ts';
import { wallRefusals } from '../wall/wall.refusals.ts';
import { webhooksRefusals } from '../webhooks/webhooks.refusals.ts';

/** Reason → the names of the parameters that its sentence may use. */
export const refusalReasons = {
  ...sessionRefusals,
  ...accountsRefusals,
  ...camerasRefusals,
  ...turningRefusals,
  ...recordersRefusals,
  ...onvifRefusals,
  ...cascadeRefusals,
  ...mediaRefusals,
  ...wallRefusals,
  ...alertsRefusals,
  ...squadsRefusals,
  ...bodycamRefusals,
  ...talkRefusals,
  ...kitchenTalkRefusals,
  ...ordersRefusals,
  ...findingsRefusals,
  ...shiftsRefusals,
  ...attachmentsRefusals,
  ...sitesRefusals,
  ...timelineRefusals,
  ...webhooksRefusals,
  ...publicRefusals,
  ...showcaseRefusals,
  ...citizensRefusals,
} as const;

export type RefusalReason = keyof typeof refusalReasons;

/** Parameters of a sentence by name, for example `{ screen: '2' }`. */
export type RefusalParameters = Record<string, string | number>;

/** A reason with exactly its parameters, for example `{ reason: 'wall.screen_changed', screen: '2' }`. */
export type RefusalCause = {
  [Reason in RefusalReason]: { reason: Reason } & {
    [Name in (typeof refusalReasons)[Reason][number]]: string | number;
  };
}[RefusalReason];
