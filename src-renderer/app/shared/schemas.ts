import { z } from 'zod/v4';

// The words and pure machines of src-shared lie beside their schemas. Schemas compile themselves with `new Function` where
// they may, and a page's policy forbids it: with this setting before the first one is made, none tries. The build puts this
// file in the place of the library (electron.vite.config.ts), so that it comes first in whatever order the parts of a page are loaded.
z.config({ jitless: true });

export * from 'zod/v4';
export { z };
