import { sql } from 'kysely';

/**
 * Which alerts count for the rate of false alarms, wherever it is shown: those that a platform reported and that somebody handled or
 * called false. One that ran out, that recovered by itself, or whose camera was removed was judged by nobody; what the hub reports itself
 * is of no AI. Conditions on the columns of `alerts`.
 */
export const isFalseAlarm = sql<boolean>`(state = 'false_alarm' and json_extract(document, '$.source.type') = 'platform')`;
export const isJudged = sql<boolean>`(${isFalseAlarm} or (state = 'resolved'
  and json_extract(document, '$.source.type') = 'platform'
  and coalesce(json_extract(document, '$.closed.resolution'), 'handled') = 'handled'))`;

/** The ids of all that a site appealed, whatever was decided: from the appeals, which are few, and not by going through all alerts. */
export const appealedAlerts = sql`(select alert_id from site_appeals
  union select alert_id from findings where is_appealed = 1 and alert_id is not null)`;

/** By the site, whatever was decided: the alert itself, or a finding of it. A condition on the columns of `alerts`. */
export const isAppealed = sql<boolean>`(exists (select 1 from site_appeals where alert_id = alerts.id)
  or exists (select 1 from findings where alert_id = alerts.id and is_appealed = 1))`;
