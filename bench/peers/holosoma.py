"""Times the holosoma-retargeting that is installed beside this Python, for `kouros-bench retarget`.

Speaks in lines of JSON, one clip per process:

    in   nothing                 out  {"peer": ..., "frames": ..., "packages": ...}
    in   one line per pass       out  {"frames": ..., "seconds": ..., "cpu_seconds": ...}
    in   end of file             ends

The clip comes as an npz of joint positions (names, positions in metres with Z up, fps) as
`kouros inspect CLIP --positions` writes it; it must have the 22 joints of LAFAN1. Timed is the
peer's own loop over the frames, on one thread: its command for one LAFAN1 clip is run as its
package describes it, with the options given there for LAFAN1. The peer is neither part of this
file nor fetched by it.
"""

import argparse
import importlib.metadata
import json
import os
import sys
import tempfile
import time

# Before the first import of anything numeric: those read them once.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("MUJOCO_GL", "disable")

# What our robots are called there.
ROBOTS = {"unitree_g1": "g1"}
# Frames of the pass that warms caches up.
WARM_UP_FRAMES = 3
# What its package advises for LAFAN1.
GROUND = (-10.0, 10.0)
STICKING = 0.02


def say(message):
    print(json.dumps(message), file=ANSWERS, flush=True)


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def positions(path, wanted):
    """The clip's joints in the peer's order (T, J, 3), as it expects them on the disk: Y up, in metres."""
    import numpy

    archive = numpy.load(path)
    names = [str(name).replace("Toe", "ToeBase") for name in archive["names"]]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise SystemExit(f"it reads the joints of LAFAN1, and this clip has no {', '.join(missing)}")
    # The peer exchanges the last two axes when it reads, so they are exchanged here.
    return archive["positions"][:, [names.index(name) for name in wanted]][:, :, [0, 2, 1]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", help="an npz of joint positions")
    parser.add_argument("--robot", default="g1")
    parser.add_argument("--frames", type=int, default=100)
    arguments = parser.parse_args()
    robot = ROBOTS.get(arguments.robot, arguments.robot)
    clip = os.path.abspath(arguments.clip)

    import numpy
    import holosoma_retargeting

    # It names its models relative to itself.
    os.chdir(os.path.dirname(os.path.abspath(holosoma_retargeting.__file__)))
    from pathlib import Path

    from holosoma_retargeting.config_types.data_type import LAFAN_DEMO_JOINTS
    from holosoma_retargeting.config_types.retargeter import RetargeterConfig
    from holosoma_retargeting.config_types.retargeting import RetargetingConfig
    from holosoma_retargeting.config_types.task import TaskConfig
    from holosoma_retargeting.examples import robot_retarget

    whole = positions(clip, LAFAN_DEMO_JOINTS)[: arguments.frames]
    took = []
    solve = robot_retarget.InteractionMeshRetargeter.retarget_motion

    def timed(*given, **named):
        wall, cpu = time.perf_counter(), time.process_time()
        result = solve(*given, **named)
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
        return result

    robot_retarget.InteractionMeshRetargeter.retarget_motion = timed

    def once(frames):
        """Its whole command on one clip, in a folder that goes away; the time of its loop."""
        with tempfile.TemporaryDirectory() as folder:
            numpy.save(os.path.join(folder, "clip.npy"), frames)
            robot_retarget.main(
                RetargetingConfig(
                    task_type="robot_only",
                    robot=robot,
                    data_format="lafan",
                    task_name="clip",
                    data_path=Path(folder),
                    save_dir=Path(folder) / "out",
                    task_config=TaskConfig(ground_range=GROUND),
                    retargeter=RetargeterConfig(foot_sticking_tolerance=STICKING),
                )
            )
        return took[-1]

    once(whole[:WARM_UP_FRAMES])
    packages = {name: version(name) for name in ("holosoma-retargeting", "mujoco", "cvxpy", "clarabel", "numpy")}
    say({"peer": "holosoma", "frames": len(whole), "packages": packages})
    for _ in sys.stdin:
        wall, cpu = once(whole)
        say({"frames": len(whole), "seconds": wall, "cpu_seconds": cpu})


if __name__ == "__main__":
    # Answers keep standard output for themselves; whatever else prints goes to standard error.
    ANSWERS = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main()
