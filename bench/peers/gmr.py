"""Times the GMR that is installed beside this Python, clip by clip, for `kouros-bench retarget`.

Speaks in lines of JSON, one clip per process:

    in   nothing                 out  {"peer": ..., "frames": ..., "load_seconds": ...}
    in   one line per pass       out  {"frames": ..., "seconds": ..., "cpu_seconds": ...}
    in   end of file             ends

Timed is what Kouros is timed on: from a clip in memory to the robot's motion, on one thread,
without reading, viewer, or warm-up. Every pass begins with a fresh retargeter. GMR itself is
neither part of this file nor fetched by it.
"""

import argparse
import copy
import importlib.metadata
import json
import os
import subprocess
import sys
import time

# Before the first import of anything numeric: those read them once.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

WARM_UP_FRAMES = 50

# What our robots are called there.
ROBOTS = {"g1": "unitree_g1"}


def say(message):
    print(json.dumps(message), file=ANSWERS, flush=True)


def loader():
    """Reads a BVH file into its frames and the person's height; named differently over time."""
    from general_motion_retargeting.utils import lafan1

    if hasattr(lafan1, "load_bvh_file"):
        return lambda path: lafan1.load_bvh_file(path, format="lafan1")
    return lafan1.load_lafan1_file


def source_name(robot):
    """The table of weights for such BVH files; it too has had two names."""
    from general_motion_retargeting import IK_CONFIG_DICT

    for name in ("bvh_lafan1", "bvh"):
        if robot in IK_CONFIG_DICT.get(name, {}):
            return name
    raise SystemExit(f"this GMR has no table from BVH to the robot '{robot}'")


def commit():
    """Of the checkout it is installed from, where it is one: it has no version numbers to speak of."""
    import general_motion_retargeting

    folder = os.path.dirname(os.path.abspath(general_motion_retargeting.__file__))
    asked = ["git", "-C", folder, "log", "-1", "--format=%h of %cs"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return version("general_motion_retargeting")


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", help="a BVH file with the joints of LAFAN1")
    parser.add_argument("--robot", default="unitree_g1")
    arguments = parser.parse_args()
    robot = ROBOTS.get(arguments.robot, arguments.robot)

    from general_motion_retargeting import GeneralMotionRetargeting

    began = time.perf_counter()
    frames, height = loader()(arguments.clip)
    load_seconds = time.perf_counter() - began
    source = source_name(robot)

    def fresh():
        made = GeneralMotionRetargeting(src_human=source, tgt_robot=robot, actual_human_height=height)
        return made, copy.deepcopy(frames)  # it writes into what it is given

    retargeter, own = fresh()
    for frame in own[:WARM_UP_FRAMES]:
        retargeter.retarget(frame)

    packages = {"GMR": commit()} | {name: version(name) for name in ("mink", "mujoco", "daqp", "numpy")}
    say({"peer": "GMR", "frames": len(frames), "load_seconds": load_seconds, "packages": packages, "table": source})
    for _ in sys.stdin:
        retargeter, own = fresh()
        wall, cpu = time.perf_counter(), time.process_time()
        for frame in own:
            retargeter.retarget(frame)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say({"frames": len(own), "seconds": wall, "cpu_seconds": cpu})


if __name__ == "__main__":
    # Answers keep standard output for themselves; whatever else prints goes to standard error.
    ANSWERS = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main()
