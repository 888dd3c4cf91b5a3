/** The kind of thing that is dragged, so that a tile takes cameras and nothing else. */
const cameraType = 'application/x-mingchu-camera';

/** Begins to drag a camera. */
export function startCameraDrag(transfer: DataTransfer, cameraId: string): void {
  transfer.effectAllowed = 'copy';
  transfer.setData(cameraType, cameraId);
}

/** Whether a camera is what is dragged here. */
export function isCameraDrag(transfer: DataTransfer): boolean {
  return transfer.types.includes(cameraType);
}
