"""An RTSP server that is not ours: GStreamer's, as Debian packages it. Ends when its standard input closes.

usage: gstreamerRtspServer.py PORT AUTHENTICATION    (port 0 is any; authentication: none, basic, digest)

Prints one line, `ready PORT`. Streams: /h264 with PCMA sound, /h264tcp and /h264udp by one transport only, /h265, /jpeg,
/h264aac, /vp8. User `viewer`, password `p@ss:word 1`.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)

PICTURE = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 ! "
    "videoconvert ! video/x-raw,format=I420 ! "
)
X264 = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=500 threads=1 ! "
SOUND = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! "
STREAMS = {
    "/h264": PICTURE + X264 + "rtph264pay name=pay0 pt=96 " + SOUND + "alawenc ! rtppcmapay name=pay1 pt=8",
    "/h264tcp": PICTURE + X264 + "rtph264pay name=pay0 pt=96",
    "/h264udp": PICTURE + X264 + "rtph264pay name=pay0 pt=96",
    "/h264aac": PICTURE
    + X264
    + "rtph264pay name=pay0 pt=96 "
    + SOUND
    + "audioconvert ! avenc_aac ! aacparse ! rtpmp4gpay name=pay1 pt=97",
    "/h265": PICTURE
    + "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=500 "
    + "option-string=pools=none:frame-threads=1 ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=1",
    "/jpeg": PICTURE + "jpegenc quality=60 ! rtpjpegpay name=pay0 pt=26",
    "/vp8": PICTURE + "vp8enc deadline=1 ! rtpvp8pay name=pay0 pt=96",
}
ONE_TRANSPORT = {"/h264tcp": GstRtsp.RTSPLowerTrans.TCP, "/h264udp": GstRtsp.RTSPLowerTrans.UDP}


def main(port, authentication):
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    for path, pipeline in STREAMS.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch("( " + pipeline + " )")
        factory.set_shared(True)
        if path in ONE_TRANSPORT:
            factory.set_protocols(ONE_TRANSPORT[path])
        if authentication != "none":
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role("viewer", "media.factory.access", True)
            permissions.add_permission_for_role("viewer", "media.factory.construct", True)
            factory.set_permissions(permissions)
        server.get_mount_points().add_factory(path, factory)
    if authentication != "none":
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        if authentication == "digest":
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest("viewer", "p@ss:word 1", token)
        else:
            basic = GstRtspServer.RTSPAuth.make_basic("viewer", "p@ss:word 1")
            auth.add_basic(basic, token)
        server.set_auth(auth)
    loop = GLib.MainLoop()
    if server.attach(None) == 0:
        print("the port is taken", file=sys.stderr)
        sys.exit(1)
    print("ready", server.get_bound_port(), flush=True)

    def end_with_parent():
        sys.stdin.read()
        GLib.idle_add(loop.quit)

    threading.Thread(target=end_with_parent, daemon=True).start()
    loop.run()


main(sys.argv[1], sys.argv[2])
