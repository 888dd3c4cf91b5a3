import type { IncomingMessage, ServerResponse } from 'node:http';

/** Requests under way by the session that asks: an export that is being read ends with the sign-in that asked for it. */
export interface OpenRequests {
  begin(sessionId: string, request: IncomingMessage, response: ServerResponse): void;
  /** Ends the connections of the session's requests. */
  end(sessionId: string): void;
}

export function createOpenRequests(): OpenRequests {
  const open = new Map<string, Set<IncomingMessage>>();
  return {
    begin(sessionId, request, response) {
      const own = open.get(sessionId) ?? new Set();
      open.set(sessionId, own.add(request));
      response.once('close', () => {
        own.delete(request);
        if (own.size === 0 && open.get(sessionId) === own) open.delete(sessionId);
      });
    },
    end(sessionId) {
      for (const { socket } of open.get(sessionId) ?? []) socket.destroy();
    },
  };
}
