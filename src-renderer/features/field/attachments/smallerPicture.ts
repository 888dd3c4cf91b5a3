/** The longer side and the quality of what is sent: a face or a label stays readable, and a photograph has some 700 KB. */
const longSide = 2_560;
const quality = 0.85;
/** A JPEG below this is sent as it is; with it goes what its file says of where and when, which the hub takes out. Bytes. */
const sentAsIsBytes = 2 * 1024 * 1024;
/** Larger files make a phone's browser end the page while it decodes them. Bytes. */
export const largestPictureBytes = 60 * 1024 * 1024;

/**
 * A photograph small enough for a bad network. What this browser cannot decode is returned as it is: the hub says what it is. Undefined for
 * a file that is too large to be tried.
 */
export async function smallerPicture(file: Blob): Promise<Blob | undefined> {
  if (file.size > largestPictureBytes) return undefined;
  if (file.type === 'image/jpeg' && file.size <= sentAsIsBytes) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const share = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * share));
    canvas.height = Math.max(1, Math.round(bitmap.height * share));
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, 'image/jpeg', quality),
    );
    return smaller ?? file;
  } catch {
    return file;
  }
}
