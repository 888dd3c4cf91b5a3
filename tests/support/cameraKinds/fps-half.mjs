// One picture every 2 s, each a key picture.
import { camera, frames } from '../../cases/cameras/lib/camera.mjs';
camera({ frames: frames('base').filter(({ key }) => key), fps: 1 / 2 });
