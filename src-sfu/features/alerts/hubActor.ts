import type { AlertActor } from '../../../src-shared/alerts/alert.ts';

/** The hub itself, where it raises, escalates and closes alerts. */
export const hubActor: AlertActor = { type: 'hub', id: 'hub', name: 'hub' };
