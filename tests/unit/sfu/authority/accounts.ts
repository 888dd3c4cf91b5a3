import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'accounts:manage': 'a',
  },
  routes: {
    'DELETE /api/v1/screens/:id': ['a', 'city'],
    'DELETE /api/v1/session': 'own',
    'DELETE /api/v1/session/codes': 'own',
    'DELETE /api/v1/session/sign-ins/:sessionId': 'own',
    'DELETE /api/v1/sign-ins/:id': ['a', 'city'],
    'GET /api/v1/accounts': ['a', 'city'],
    'GET /api/v1/screen': 'own',
    'GET /api/v1/session': 'own',
    'GET /api/v1/session/sign-ins': 'own',
    'PATCH /api/v1/accounts/:id': ['a', 'city'],
    'POST /api/v1/accounts': ['a', 'city'],
    'POST /api/v1/accounts/:id/reset': ['a', 'city'],
    'POST /api/v1/pairings': 'own',
    'POST /api/v1/pairings/collect': 'own',
    'POST /api/v1/pairings/confirm': ['asd', 'city'],
    'POST /api/v1/session': 'own',
    'POST /api/v1/session/codes': 'own',
    'POST /api/v1/session/codes/confirm': 'own',
    'POST /api/v1/session/confirm': 'own',
    'POST /api/v1/session/lock': 'own',
    'POST /api/v1/session/password': 'own',
    'POST /api/v1/session/recovery-codes': 'own',
    'POST /api/v1/session/recovery-codes/kept': 'own',
    'POST /api/v1/session/redeem': 'own',
    'POST /api/v1/session/unlock': 'own',
  },
};
