const stepMs = 2;
/** No key picture for so many steps: those of a page have gone. */
const quietSteps = 3;
const mostSteps = 20;

/** Key pictures that begin a group which is sent again, of all streams. */
let keyPictures = 0;

/**
 * The key picture of a group that is sent again has gone; `goOn` is called when those of the other streams of a page have, too:
 * when none went for 6 ms, at the latest after 40 ms. A browser that gets sixteen groups one after the other decodes the past of the
 * first before it shows anything of the last.
 */
export function afterKeyPictures(goOn: () => void): void {
  keyPictures += 1;
  let seen = keyPictures;
  let quiet = 0;
  let steps = 0;
  const look = (): void => {
    steps += 1;
    quiet = keyPictures === seen ? quiet + 1 : 0;
    seen = keyPictures;
    if (quiet >= quietSteps || steps >= mostSteps) goOn();
    else setTimeout(look, stepMs);
  };
  setTimeout(look, stepMs);
}
