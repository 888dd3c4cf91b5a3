/** A note is ended by itself after this time. Milliseconds. */
export const longestNoteMs = 3 * 60_000;
/** A press that is shorter was a slip. Milliseconds. */
const shortestNoteMs = 500;
const types = ['audio/webm;codecs=opus', 'audio/mp4'];

/** A recording that goes on. */
export interface Recording {
  /** Ends it; the note, or undefined where it was too short or nothing was heard. */
  stop(): Promise<{ blob: Blob; durationMs: number } | undefined>;
}

/** Starts to record. Rejects where the phone gives no microphone; undefined where its browser records nothing. */
export async function startRecording(runningMs: () => number): Promise<Recording | undefined> {
  if (typeof MediaRecorder === 'undefined') return undefined;
  const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
  if (mimeType === undefined) return undefined;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve()));
  const beganMs = runningMs();
  recorder.start();
  const timer = setTimeout(() => recorder.state !== 'inactive' && recorder.stop(), longestNoteMs);
  let endedMs = beganMs;
  void ended.then(() => {
    endedMs = runningMs();
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
  });
  return {
    async stop() {
      if (recorder.state !== 'inactive') recorder.stop();
      await ended;
      const durationMs = Math.round(endedMs - beganMs);
      const blob = new Blob(pieces, { type: mimeType });
      return durationMs < shortestNoteMs || blob.size === 0 ? undefined : { blob, durationMs };
    },
  };
}
