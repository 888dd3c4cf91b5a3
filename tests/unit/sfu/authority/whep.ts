import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  routes: {
    // Only a key of `pictures` is let in: see expectedKeyRoutes.
    'GET /whep': ['', 'filtered'],
    'POST /whep/:cameraId': ['', 'filtered'],
    'PATCH /whep/:cameraId/:sessionId': ['', 'filtered'],
    'DELETE /whep/:cameraId/:sessionId': ['', 'filtered'],
  },
};
