"""What Python's own readers of MCAP and of ROS 2's messages find in a file."""

import json
import sys

from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory

out = {"state": [], "positions": [], "base": [], "step": []}
with open(sys.argv[1], "rb") as file:
    reader = make_reader(file, decoder_factories=[DecoderFactory()], validate_crcs=True)
    out["attachment"] = next(iter(reader.iter_attachments())).data.decode()
    for _, channel, message, value in reader.iter_decoded_messages():
        numbers = [getattr(value, n) for n in value.__slots__ if n not in ("stamp", "seconds")]
        if channel.topic == "/observation/state":
            out["state"] += numbers
        elif channel.topic == "/action/base":
            out["base"] += numbers
        elif channel.topic == "/joint_states":
            out["joint_names"] = list(value.name)
            out["positions"] += list(value.position)
        elif channel.topic == "/step":
            out["step"] += numbers
        elif channel.topic == "/note":
            out["note"] = numbers[0]
        elif channel.topic == "/task":
            out["task"] = value.data
        elif channel.topic == "/tf":
            turn = value.transforms[0].transform.rotation
            out["turn"] = [turn.x, turn.y, turn.z, turn.w]
print(json.dumps(out))
