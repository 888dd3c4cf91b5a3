import { z } from 'zod';

// The words and pure machines of src-shared lie beside their schemas. Schemas compile themselves with `new Function` where
// they may, and the page's policy forbids it: with this setting before the first one is made, none tries. Imported before all others.
z.config({ jitless: true });
