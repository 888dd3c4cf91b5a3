import type { FieldFeature } from './fieldFeature.ts';
import type { FieldSession } from './FieldSession.ts';

/** The hub ends the sign-in of this phone. */
export function createSignInFeature({
  phone,
}: {
  phone: Pick<FieldSession, 'signedOut'>;
}): FieldFeature<'squads:signedOut'> {
  return { takeNotice: { 'squads:signedOut': ({ reason }) => phone.signedOut(reason) } };
}
