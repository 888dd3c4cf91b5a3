/** The longer side of a photograph as it is sent, in picture elements. */
const sentSide = 1_600;
const quality = 0.8;

/**
 * A photograph made smaller by the phone: a JPEG without what the camera wrote beside the picture. What the browser cannot draw is
 * given back as it is: the hub says what is wrong with it.
 */
export async function shrinkPhoto(file: Blob): Promise<Blob> {
  const address = URL.createObjectURL(file);
  try {
    const image = await loaded(address);
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(1, sentSide / Math.max(naturalWidth, naturalHeight, 1));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(naturalHeight * scale));
    const context = canvas.getContext('2d');
    if (context === null) return file;
    // A transparent picture would become black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    return made ?? file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('the browser cannot draw this picture'));
    image.src = address;
  });
}
