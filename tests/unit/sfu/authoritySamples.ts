/** Inputs about a thing of the county, and about things of others. */
export interface Samples {
  own: readonly object[];
  other: readonly object[];
}

/** A member of a squad of the county, and of another. */
export const members: Samples = {
  own: [{ memberId: 'ann' }],
  other: [{ memberId: 'zhang' }, { memberId: 'nobody' }],
};
/** An SOS in the county, and elsewhere. */
export const emergencies: Samples = { own: [{ emergencyId: 'e' }], other: [{ emergencyId: 'f' }] };
