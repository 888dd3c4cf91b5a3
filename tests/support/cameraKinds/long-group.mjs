// A key picture every 30 s, the first one when a client comes.
import { camera, frames } from '../../cases/cameras/lib/camera.mjs';
camera({ frames: frames('longgop').slice(0, 300) });
