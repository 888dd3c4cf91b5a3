// A key picture every 30 s, the first one when a client comes; it says when each 60th picture goes out.
import { camera, frames } from '../../cases/cameras/lib/camera.mjs';

camera({
  frames: frames('longgop').slice(0, 300),
  beforeFrame(_connection, number) {
    if (number % 60 === 0) console.log(`sends picture ${number}.`);
  },
});
