"""How long `kouros check` takes beside the open dataset checkers, on the same dataset, in turns.

    .kouros/judges/bin/python bench/peers/check.py CLEAN [--runs N] [--kouros PATH]

CLEAN is a dataset that `kouros retarget` wrote for the Unitree G1, with at least one episode of a few
hundred frames. From it a set of 100 episodes of 1,000 frames is made in a folder that goes away:
state and action of 29 joints, the base and the contacts, each episode another stretch of the motion,
played forward and backward so that nothing jumps. Every program then looks at it, one after the
other, again and again; printed are medians, and the smallest and largest.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
EPISODES, FRAMES = 100, 1000
COLUMNS = ["observation.state", "label.root_pose", "label.foot_contact"]
JUDGES = {
    "lerobot-doctor": ("from lerobot_doctor.cli import main", ["check", "DATASET"]),
    "robovet": ("from robovet.cli import app as main", ["doctor", "DATASET"]),
    "rdq": ("from rdq.cli import main", ["check", "DATASET", "--no-color"]),
}


def make(source: Path, out: Path) -> None:
    """The dataset of 100 episodes."""
    info = json.loads((source / "meta/info.json").read_text())
    rows = pa.concat_tables([pq.read_table(p) for p in sorted(source.glob("data/*/*.parquet"))])
    number = rows["episode_index"].to_numpy()
    longest = np.flatnonzero(number == np.bincount(number).argmax())
    motion = {c: np.array(rows[c].take(longest).to_pylist(), dtype=np.float32) for c in COLUMNS}
    there_and_back = np.concatenate([np.arange(len(longest)), np.arange(len(longest) - 2, 0, -1)])
    fps = info["fps"]
    (out / "data/chunk-000").mkdir(parents=True)
    (out / "meta/episodes/chunk-000").mkdir(parents=True)
    lists = lambda a: pa.FixedSizeListArray.from_arrays(pa.array(a.reshape(-1)), a.shape[1])
    writer, everything = None, {c: [] for c in [*COLUMNS, "action"]}
    for e in range(EPISODES):
        at = there_and_back[(np.arange(FRAMES) + 37 * e) % len(there_and_back)]
        columns = {c: motion[c][at] for c in COLUMNS}
        state = columns["observation.state"]
        columns["action"] = np.concatenate([state[1:], state[-1:]])
        for c, values in columns.items():
            everything[c].append(values)
        table = {c: lists(v) for c, v in columns.items()}
        table["timestamp"] = pa.array((np.arange(FRAMES) / fps).astype(np.float32))
        table["frame_index"] = pa.array(np.arange(FRAMES))
        table["episode_index"] = pa.array(np.full(FRAMES, e))
        table["index"] = pa.array(np.arange(FRAMES) + e * FRAMES)
        table["task_index"] = pa.array(np.zeros(FRAMES, dtype=np.int64))
        table = pa.table(table)
        writer = writer or pq.ParquetWriter(out / "data/chunk-000/file-000.parquet", table.schema)
        writer.write_table(table)
    writer.close()
    first = np.arange(EPISODES) * FRAMES
    zeros = np.zeros(EPISODES, dtype=np.int64)
    episodes = {
        "episode_index": np.arange(EPISODES), "tasks": [["move"]] * EPISODES, "length": np.full(EPISODES, FRAMES),
        "data/chunk_index": zeros, "data/file_index": zeros, "dataset_from_index": first, "dataset_to_index": first + FRAMES,
        "meta/episodes/chunk_index": zeros, "meta/episodes/file_index": zeros,
    }
    pq.write_table(pa.table({k: pa.array(v) for k, v in episodes.items()}), out / "meta/episodes/chunk-000/file-000.parquet")
    import pandas as pd

    pd.DataFrame({"task_index": [0]}, index=pd.Index(["move"], name="task")).to_parquet(out / "meta/tasks.parquet")
    kept = {k: v for k, v in info["features"].items() if k in everything or not ("observation" in k or "label" in k)}
    info |= {
        "features": kept, "total_episodes": EPISODES, "total_frames": EPISODES * FRAMES, "total_tasks": 1,
        "splits": {"train": f"0:{EPISODES}"},
    }
    (out / "meta/info.json").write_text(json.dumps(info, indent=4))
    stats = {}
    for c, parts in everything.items():
        a = np.concatenate(parts).astype(np.float64)
        q = {f"q{p:02d}": np.quantile(a, p / 100, axis=0).tolist() for p in (1, 10, 50, 90, 99)}
        stats[c] = {"min": a.min(0).tolist(), "max": a.max(0).tolist(), "mean": a.mean(0).tolist(), "std": a.std(0).tolist(), "count": [len(a)], **q}
    (out / "meta/stats.json").write_text(json.dumps(stats))


def watched(command: list[str]) -> tuple[float, float, float, int]:
    """Seconds on the wall, of the processor, peak MB, exit code."""
    start = time.perf_counter()
    env = os.environ | {"HF_HUB_OFFLINE": "1"}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, os.waitstatus_to_exitcode(status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clean", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--kouros", type=Path, default=ROOT / "target/release/kouros")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set"
        make(args.clean, out)
        programs = {
            "kouros check --robot none": [str(args.kouros), "check", str(out), "--robot", "none"],
            "kouros check": [str(args.kouros), "check", str(out), "--robot", "g1"],
        }
        for name, (entry, words) in JUDGES.items():
            start = f"import sys; {entry}; sys.argv[0] = '{name}'; sys.exit(main())"
            programs[name] = [sys.executable, "-c", start, *(str(out) if w == "DATASET" else w for w in words)]
        seen: dict[str, list] = {name: [] for name in programs}
        for _ in range(args.runs):
            for name, command in programs.items():
                seen[name].append(watched(command))
        print(f"{EPISODES} episodes of {FRAMES} frames, {args.runs} runs in turns, load {os.getloadavg()[0]:.1f}\n")
        print("| | s: median | min | max | cpu s: median | min | MB | exit |\n|---|---:|---:|---:|---:|---:|---:|---:|")
        for name, runs in seen.items():
            wall, cpu, mb, code = zip(*runs)
            middle = statistics.median
            print(f"| {name} | {middle(wall):.2f} | {min(wall):.2f} | {max(wall):.2f} | {middle(cpu):.2f} | {min(cpu):.2f} | {max(mb):.0f} | {code[0]} |")


if __name__ == "__main__":
    main()
