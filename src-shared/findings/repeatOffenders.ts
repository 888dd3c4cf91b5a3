/**
 * Repeat offenders (多次违规单位): the one rule of the list beside the findings, of the board and of its export. A site is one where two
 * findings or more were found at it within the last 90 days. A finding that was withdrawn, also because an appeal against it was upheld,
 * is not counted; an order that found a violation counts by the finding that was written of it. The rule does not depend on the period that
 * a board shows, so that no site is on one list and missing on the other.
 */

/** Findings of so many days are counted. */
export const repeatOffenderDays = 90;
/** So many findings make a site a repeat offender. */
export const repeatOffenderFindings = 2;
/** The worst come first by the findings of so many days, then by all that are counted. */
export const repeatOffenderRecentDays = 30;
