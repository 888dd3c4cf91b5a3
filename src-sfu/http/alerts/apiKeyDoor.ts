import { deviceOf, type PrincipalDoor } from '../../base/doors.ts';
import type { ApiKeysService } from '../../features/alerts/apiKeys.service.ts';

/**
 * The door of other systems, by the token in `Authorization: Bearer`. A key that signs alerts is not sent, and opens only the intake of
 * alerts. No key opens a WebSocket: everything that a platform may do goes over HTTP.
 */
export function createApiKeyDoor(
  keys: Pick<ApiKeysService, 'find' | 'principalOf' | 'onEnded'>,
): PrincipalDoor {
  return {
    principalOf(visit) {
      const token = visit.credentials.accessKey;
      if (token === undefined || visit.headers.upgrade !== undefined) return undefined;
      const key = keys.find(token);
      return key === undefined
        ? undefined
        : keys.principalOf(key, { address: visit.address, device: deviceOf(visit) });
    },
    onRevoked: keys.onEnded,
  };
}
