// A key picture every 30 s, the first one when a client comes; it says when each 60th picture goes out. `PACKETS` cuts each picture
// into so many packets: with 9, the 1,620 of 18 s are kept but cannot be sent again; with 16, the 2,880 are too many to be kept.
import { camera, frames, packets, payloads } from '../../cases/cameras/lib/camera.mjs';

const packetsOfPicture = Number(process.env.PACKETS ?? 0);

/** A slice is cut into so many fragments, each of which repeats the two bytes of its header. */
function cut(nal) {
  const isSlice = [1, 5].includes(nal[0] & 31);
  return payloads(nal, isSlice ? Math.ceil(nal.length / packetsOfPicture) + 2 : nal.length);
}

camera({
  frames: frames('longgop').slice(0, 300),
  packets(unit) {
    if (packetsOfPicture === 0) return packets(unit);
    const all = unit.nals.flatMap(cut);
    return all.map((payload, index) => ({ payload, marker: index === all.length - 1 }));
  },
  beforeFrame(_connection, number) {
    if (number % 60 === 0) console.log(`sends picture ${number}.`);
  },
});
