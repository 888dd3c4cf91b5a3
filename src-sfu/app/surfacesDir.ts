import { fileURLToPath } from 'node:url';

/** The folder of the built surfaces. */
export const surfacesDir = fileURLToPath(new URL('../../out/renderer', import.meta.url));
