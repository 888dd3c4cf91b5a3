import type { Readable } from 'node:stream';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SourceError } from '../../media/sources/streamSource.ts';

export interface RecordingRoutesOptions {
  /** Undefined where the asker may not see the alert, or where there is none. */
  alert(
    request: FastifyRequest,
    alertId: string,
  ): Promise<{ cameraId: string | undefined; raisedAtMs: number } | undefined>;
  /** Pictures of the recorder behind a camera; undefined when it comes from none. Rejects with SourceError. */
  open(cameraId: string, fromMs: number, toMs: number): Promise<{ mp4: Readable; type: string }> | undefined;
  /** Somebody watches the pictures from now on. The function that this returns is called when that ends. */
  watched(request: FastifyRequest, cameraId: string, alertId: string): () => void;
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const alertParams = z.object({ alertId: z.string().min(1).max(64) });
/** What is shown of the time before an alert, and after it. Milliseconds. */
const beforeMs = 60_000;
const afterMs = 5_000;
/** Each is a call to a recorder. */
const mostAtOnce = 8;

/** `GET /api/v1/alerts/:alertId/recording.mp4`: what the recorder of the alert's camera recorded in the minute before it. */
export function createRecordingRoutes(options: RecordingRoutesOptions): FastifyPluginCallback {
  let running = 0;
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });
  return (http, _options, done) => {
    http.get(
      '/api/v1/alerts/:alertId/recording.mp4',
      { onRequest: (request, reply) => options.admit(request, reply) },
      async (request, reply) => {
        const { alertId = '' } = alertParams.safeParse(request.params).data ?? {};
        const alert = await options.alert(request, alertId);
        if (alert === undefined) return refuse(reply, 404, 'not_found', 'There is no such alert.');
        const { cameraId, raisedAtMs } = alert;
        if (running >= mostAtOnce)
          return refuse(reply, 503, 'recordings_busy', 'Others look at recorded pictures. Try again soon.');
        running += 1;
        let isOver = false;
        const over = (): void => {
          if (!isOver) running -= 1;
          isOver = true;
        };
        try {
          const [fromMs, toMs] = [raisedAtMs - beforeMs, raisedAtMs + afterMs];
          const opening = cameraId === undefined ? undefined : options.open(cameraId, fromMs, toMs);
          if (cameraId === undefined || opening === undefined) {
            over();
            return refuse(reply, 404, 'no_recorder', 'The picture of this camera comes from no recorder.');
          }
          const { mp4, type } = await opening;
          const watchedUntilNow = options.watched(request, cameraId, alertId);
          mp4.once('close', over).once('close', watchedUntilNow);
          reply.raw.once('close', () => mp4.destroy());
          return await reply.type(type).header('cache-control', 'no-store').send(mp4);
        } catch (error) {
          over();
          const { code, status } = refusalOf(error);
          return refuse(reply, status, code, error instanceof Error ? error.message : '');
        }
      },
    );
    done();
  };
}

function refusalOf(error: unknown): { code: string; status: number } {
  if (!(error instanceof SourceError)) throw error;
  if (error.failure === 'notFound') return { code: 'nothing_recorded', status: 404 };
  if (error.failure === 'unreachable') return { code: 'recorder_absent', status: 503 };
  if (error.status === 486) return { code: 'recorder_busy', status: 503 };
  if (error.status === 415) return { code: 'recorded_h265', status: 503 };
  return { code: 'recorder_failed', status: 502 };
}
