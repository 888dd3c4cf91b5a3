/** A video element that plays a stream as soon as it has pictures, on screen or not yet. */
export function createVideo(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.srcObject = stream;
  // An interrupted play() is followed by the next one; autoplay covers the rest.
  video.play().catch(() => undefined);
  return video;
}

/** Takes a video off the screen and gives its player back. */
export function dropVideo(video: HTMLVideoElement): void {
  video.srcObject = null;
  video.remove();
}
