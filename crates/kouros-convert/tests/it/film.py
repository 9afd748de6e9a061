"""Makes a film whose frames say their number by their brightness, and reads such films back."""

import json
import sys
from fractions import Fraction

import av
import numpy as np

FPS = 50


def encoder():
    for name in ["libx264", "libopenh264", "mpeg4"]:
        try:
            av.codec.Codec(name, "w")
            return name
        except Exception:  # another build of the library has other encoders
            continue
    raise SystemExit("no encoder")


def make(path, lengths, reordered):
    with av.open(path, "w") as out:
        name = encoder()
        stream = out.add_stream(name, rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if name == "libx264":
            stream.options = {"bf": "2" if reordered else "0", "g": "250", "crf": "1", "open-gop": "0", "x264-params": "open-gop=0"}
        starts = {sum(lengths[:i]) for i in range(len(lengths))}
        for number in range(sum(lengths)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 5 * number, np.uint8), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            frame.pict_type = av.video.frame.PictureType.I if number in starts else av.video.frame.PictureType.NONE
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    print(json.dumps({"encoder": name}))


def read(path):
    with av.open(path) as film:
        frames = [(frame.time, float(frame.to_ndarray(format="rgb24").mean())) for frame in film.decode(video=0)]
    print(json.dumps({"seconds": [t for t, _ in frames], "numbers": [round(v / 5) for _, v in frames]}))


if sys.argv[1] == "make":
    make(sys.argv[2], json.loads(sys.argv[3]), sys.argv[4] == "reordered")
else:
    read(sys.argv[2])
