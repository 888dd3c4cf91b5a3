// One B-picture between every two others, timestamps in the order of sending.
import { camera, frames } from '../../cases/cameras/lib/camera.mjs';
camera({ frames: frames('bframe1') });
