"""A WHEP client of GStreamer (webrtcbin), which has nothing of the product: prints one JSON line with what it decoded, and ends."""
import json
import sys
import threading
import time
import urllib.error
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

# Until: "all" (ten pictures and ten pieces of sound), "first" (one picture), or so many milliseconds.
url, secret, until = sys.argv[1], sys.argv[2], sys.argv[3]
stays = int(until) if until.isdigit() else 0
Gst.init(None)
# A client that runs has its decoders in memory; loading them takes a new process 50 ms, which are not the hub's.
for element in ("rtph264depay", "avdec_h264", "rtppcmadepay", "alawdec", "fakesink"):
    factory = Gst.ElementFactory.find(element)
    if factory is None:
        sys.exit("GStreamer has no element " + element)
    factory.load()
loop = GLib.MainLoop()
counts = {"pictures": 0, "sounds": 0, "firstPictureMs": 0}
began = [0.0]
pipeline = Gst.Pipeline.new("whep")
webrtc = Gst.ElementFactory.make("webrtcbin", "receiver")
webrtc.set_property("bundle-policy", "max-bundle")
if until == "first":
    # Its jitter buffer holds the first picture back for 200 ms, which is not ours.
    webrtc.set_property("latency", 0)
pipeline.add(webrtc)
location = [""]


def finish(problem=""):
    headers = {"authorization": "Bearer " + secret}
    if location[0]:
        gone = urllib.request.Request(location[0], method="DELETE", headers=headers)
        urllib.request.urlopen(gone, timeout=5).read()
    print(json.dumps({**counts, "problem": problem}), flush=True)
    loop.quit()
    return False


def enough():
    if stays:
        return False
    if until == "first" and counts["pictures"] >= 1:
        GLib.idle_add(finish)
        return True
    if counts["pictures"] >= 10 and counts["sounds"] >= 10:
        GLib.idle_add(finish)
        return True
    return False


def on_picture(_pad, info):
    if counts["pictures"] == 0:
        counts["firstPictureMs"] = round((time.monotonic() - began[0]) * 1000)
    counts["pictures"] += 1
    enough()
    return Gst.PadProbeReturn.OK


def on_sound(_pad, info):
    counts["sounds"] += 1
    enough()
    return Gst.PadProbeReturn.OK


def on_pad(_element, pad):
    if pad.direction != Gst.PadDirection.SRC:
        return
    kind = pad.get_current_caps().get_structure(0).get_string("media")
    words = (
        "rtph264depay ! avdec_h264 ! fakesink name=end sync=false"
        if kind == "video"
        else "rtppcmadepay ! alawdec ! fakesink name=end sync=false"
    )
    part = Gst.parse_bin_from_description(words, True)
    pipeline.add(part)
    part.sync_state_with_parent()
    pad.link(part.get_static_pad("sink"))
    end = part.get_by_name("end").get_static_pad("sink")
    if kind == "video":
        end.add_probe(Gst.PadProbeType.BUFFER, on_picture)
    else:
        end.add_probe(Gst.PadProbeType.BUFFER, on_sound)


def post(text):
    headers = {"authorization": "Bearer " + secret, "content-type": "application/sdp"}
    request = urllib.request.Request(url, data=text.encode(), headers=headers, method="POST")
    began[0] = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            where = answer.headers["location"]
            location[0] = where if where.startswith("http") else "/".join(url.split("/")[:3]) + where
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        GLib.idle_add(finish, f"{refusal.code} {refusal.read().decode()}")
        return None


def on_offer(promise, _data):
    promise.wait()
    # The reply must be held for as long as anything of it is used.
    reply = promise.get_reply()
    offer = reply.get_value("offer")
    text = offer.sdp.as_text()
    GLib.idle_add(send, text)


def send(text):
    _result, session = GstSdp.SDPMessage.new_from_text(text)
    offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, session)
    webrtc.emit("set-local-description", offer, Gst.Promise.new())
    threading.Thread(target=lambda: GLib.idle_add(take, post(text))).start()
    return False


def take(text):
    if text is None:
        return False
    _result, session = GstSdp.SDPMessage.new_from_text(text)
    answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, session)
    webrtc.emit("set-remote-description", answer, Gst.Promise.new())
    return False


def begin():
    direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
    video = "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000"
    video += ",packetization-mode=(string)1,profile-level-id=(string)42e01f"
    audio = "application/x-rtp,media=audio,encoding-name=PCMA,payload=8,clock-rate=8000"
    for caps in (video, audio):
        webrtc.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
    webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(on_offer, None))
    return False


webrtc.connect("pad-added", on_pad)
pipeline.set_state(Gst.State.PLAYING)
GLib.idle_add(begin)
GLib.timeout_add(stays or 20_000, finish, "" if stays else "timeout")
loop.run()
pipeline.set_state(Gst.State.NULL)
