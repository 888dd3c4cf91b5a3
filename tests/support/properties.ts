import fc from 'fast-check';

/**
 * fast-check for the suite, with one seed: a run tests the change, not its luck. `MINGCHU_PROPERTY_SEED=random` looks for
 * inputs that were not tried yet; a number repeats a run that a failure names.
 */
const wanted = process.env['MINGCHU_PROPERTY_SEED'] ?? '20261129';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });

export default fc;
