"""A camera of ipycam (PyPI) with frames that are made here, until its standard input ends. Arguments: ports of ONVIF, RTSP and two others."""

import sys
import threading

import numpy
from ipycam import CameraConfig, IPCamera

onvif_port, rtsp_port, web_port, rtmp_port = (int(argument) for argument in sys.argv[1:5])
camera = IPCamera(
    CameraConfig(
        name="Kitchen 7",
        local_ip="127.0.0.1",
        onvif_port=onvif_port,
        rtsp_port=rtsp_port,
        web_port=web_port,
        rtmp_port=rtmp_port,
        main_width=640,
        main_height=360,
        main_fps=10,
        sub_width=320,
        sub_height=180,
        sub_fps=10,
        username="admin",
        password="kitchen-7",
    )
)
if not camera.start():
    sys.exit("it does not start")
ending = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
print("ready", flush=True)
number = 0
while not ending.wait(0.1):
    number += 1
    camera.stream(numpy.full((360, 640, 3), number % 255, numpy.uint8))
camera.stop()
