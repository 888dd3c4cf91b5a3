"""A network namespace behind a slow and lossy line, without tc netem: two TUN devices and a forwarder between them.

usage: badNetwork.py DELAY_MS LOSS SEED

Each packet is kept for DELAY_MS in each direction, and a share LOSS of each direction's packets is dropped at random. Says
one JSON line when it is ready, then one for each command on stdin: "cut" drops everything, "heal" ends that,
"line DELAY_MS LOSS" changes the line, "figures" tells what was forwarded. Ends, and takes everything away, with stdin.
"""

import collections
import fcntl
import glob
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
NAMESPACE = "mingchu-bad-"
LARGEST_PACKET = 65_536


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def impossible(why):
    print(json.dumps({"impossible": why}), flush=True)
    sys.exit(3)


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def remove_left_behind():
    """Namespaces of runs that were killed; their devices went with them."""
    for path in glob.glob(f"/run/netns/{NAMESPACE}*"):
        owner = path.rsplit("-", 1)[1]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            subprocess.run(["ip", "netns", "delete", os.path.basename(path)], capture_output=True)


def free_network():
    """The first four addresses of 10.77.0.0/16 that nobody on this machine has, beginning at one of our own."""
    taken = ip("-o", "-4", "address", "show")
    for step in range(256):
        third = (os.getpid() + step) % 256
        if f" 10.77.{third}." not in taken:
            return f"10.77.{third}"
    raise OSError("every network of 10.77.0.0/16 is taken")


class Line:
    """One direction."""

    def __init__(self, source, target, seed):
        self.source = source
        self.target = target
        self.random = random.Random(seed)
        self.waiting = collections.deque()
        self.forwarded = 0
        self.lost = 0
        self.cut = 0
        self.refused = 0
        self.late = []

    def take(self, now, delay, loss, is_cut):
        while True:
            try:
                packet = os.read(self.source, LARGEST_PACKET)
            except BlockingIOError:
                return
            if is_cut:
                self.cut += 1
            elif self.random.random() < loss:
                self.lost += 1
            else:
                self.waiting.append((now + delay, packet))

    def give(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            due, packet = self.waiting.popleft()
            try:
                os.write(self.target, packet)
                self.forwarded += 1
            except OSError:
                self.refused += 1
            if len(self.late) < 1_000_000:
                self.late.append(now - due)

    def figures(self):
        late = sorted(self.late)
        share = lambda part: round(late[int(part * (len(late) - 1))] * 1000, 3) if late else 0
        return {
            "forwarded": self.forwarded,
            "lost": self.lost,
            "cut": self.cut,
            "refused": self.refused,
            "lateMs": {"p50": share(0.5), "p95": share(0.95), "max": share(1)},
        }


def forward(hub, phone, delay, loss, seed):
    # A direction's losses are the same ones with the same seed, whatever the other direction carries.
    lines = {"toHub": Line(phone, hub, seed), "toPhone": Line(hub, phone, seed + 1)}
    is_cut = False
    words = b""
    os.set_blocking(0, False)
    while True:
        dues = [line.waiting[0][0] for line in lines.values() if line.waiting]
        timeout = max(0, min(dues) - time.monotonic()) if dues else None
        readable, _, _ = select.select([hub, phone, 0], [], [], timeout)
        now = time.monotonic()
        for line in lines.values():
            line.give(now)
            if line.source in readable:
                line.take(now, delay, loss, is_cut)
        if 0 not in readable:
            continue
        chunk = os.read(0, 4096)
        if chunk == b"":
            return
        *commands, words = (words + chunk).split(b"\n")
        for command in commands:
            name, *values = command.decode().split()
            if name == "cut":
                is_cut = True
                for line in lines.values():
                    line.cut += len(line.waiting)
                    line.waiting.clear()
            elif name == "heal":
                is_cut = False
            elif name == "line":
                delay, loss = float(values[0]) / 1000, float(values[1])
            answer = {name: line.figures() for name, line in lines.items()} if name == "figures" else {}
            print(json.dumps(answer), flush=True)


def main():
    delay, loss, seed = float(sys.argv[1]) / 1000, float(sys.argv[2]), int(sys.argv[3])
    # Ctrl+C goes to the whole terminal: whoever started this closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if os.geteuid() != 0:
        impossible("only root may make network namespaces and TUN devices")
    if not os.path.exists("/dev/net/tun"):
        impossible("the kernel has no TUN devices (/dev/net/tun)")
    try:
        # A forwarder that has to wait for the processor is a line with a longer delay.
        os.nice(-15)
    except OSError:
        pass
    namespace = f"{NAMESPACE}{os.getpid()}"
    own, theirs = f"mcbad{os.getpid()}h", f"mcbad{os.getpid()}p"
    made = False
    try:
        try:
            remove_left_behind()
            network = free_network()
            ip("netns", "add", namespace)
            made = True
            hub, phone = open_tun(own), open_tun(theirs)
            ip("link", "set", theirs, "netns", namespace)
            for at, device, address in ([], own, 1), (["-n", namespace], theirs, 2):
                ip(*at, "link", "set", device, "addrgenmode", "none")
                ip(*at, "address", "add", f"{network}.{address}/30", "dev", device)
                ip(*at, "link", "set", device, "up", "txqueuelen", "5000")
            ip("-n", namespace, "link", "set", "lo", "up")
            ip("-n", namespace, "route", "add", "default", "via", f"{network}.1")
        except (OSError, FileNotFoundError) as error:
            impossible(str(error))
        ready = {"namespace": namespace, "hubAddress": f"{network}.1", "phoneAddress": f"{network}.2"}
        print(json.dumps(ready), flush=True)
        forward(hub, phone, delay, loss, seed)
    finally:
        if made:
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True)


main()
