"""Reads a LeRobot v2.1 dataset as GR00T's loader of episodes does, and a v3.0 one as LeRobot does, with pandas alone."""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd


def digest(columns):
    """One hash of all values, whatever file they came from."""
    out = hashlib.sha256()
    for name in sorted(columns):
        for value in columns[name]:
            out.update(np.asarray(value).tobytes() if not isinstance(value, str) else value.encode())
    return out.hexdigest()


def v21(root):
    info = json.loads((root / "meta/info.json").read_text())
    modality = json.loads((root / "meta/modality.json").read_text())
    stats = json.loads((root / "meta/stats.json").read_text())
    tasks = [json.loads(line)["task"] for line in (root / "meta/tasks.jsonl").read_text().splitlines()]
    episodes = [json.loads(line) for line in (root / "meta/episodes.jsonl").read_text().splitlines()]
    columns, words = {}, []
    for episode in episodes:
        index = episode["episode_index"]
        path = info["data_path"].format(episode_chunk=index // info["chunks_size"], episode_index=index)
        frames = pd.read_parquet(root / path)
        assert len(frames) == episode["length"]
        video = [k for k, f in info["features"].items() if f["dtype"] == "video"]
        assert set(frames.columns) == set(info["features"]) - set(video), frames.columns
        for group in [*modality["state"].values(), *modality["action"].values()]:
            values = np.stack(frames[group["original_key"]])
            assert values[:, group["start"] : group["end"]].shape[1] == group["end"] - group["start"]
            for name in ["mean", "std", "min", "max", "q01", "q99"]:
                assert np.asarray(stats[group["original_key"]][name]).shape == values.shape[1:], name
        words += [tasks[i] for i in frames[modality["annotation"]["human.task_description"]["original_key"]]]
        for name in frames.columns:
            columns.setdefault(name, []).extend(frames[name])
    state = np.stack(columns["observation.state"]).astype(np.float64)
    assert np.allclose(stats["observation.state"]["mean"], state.mean(0), atol=1e-12)
    assert np.allclose(stats["observation.state"]["q01"], np.quantile(state, 0.01, axis=0), atol=1e-12)
    return columns, words


def v30(root):
    info = json.loads((root / "meta/info.json").read_text())
    tasks = pd.read_parquet(root / "meta/tasks.parquet")
    frames = pd.concat([pd.read_parquet(p) for p in sorted(root.glob("data/*/*.parquet"))])
    episodes = pd.concat([pd.read_parquet(p) for p in sorted(root.glob("meta/episodes/*/*.parquet"))])
    assert list(frames["index"]) == list(range(info["total_frames"]))
    for _, episode in episodes.iterrows():
        part = frames.iloc[episode["dataset_from_index"] : episode["dataset_to_index"]]
        assert (part["episode_index"] == episode["episode_index"]).all() and len(part) == episode["length"]
        for key in [k for k, f in info["features"].items() if f["dtype"] == "video"]:
            chunk, number = episode[f"videos/{key}/chunk_index"], episode[f"videos/{key}/file_index"]
            film = root / info["video_path"].format(video_key=key, chunk_index=chunk, file_index=number)
            assert film.is_file()
            assert abs(episode[f"videos/{key}/to_timestamp"] - episode["length"] / info["fps"]) < 1e-9
    words = [tasks.iloc[i].name for i in frames["task_index"]]
    return {name: list(frames[name]) for name in frames.columns}, words


columns, words = {"v21": v21, "v30": v30}[sys.argv[1]](Path(sys.argv[2]))
print(json.dumps({"digest": digest(columns), "words": words, "columns": sorted(columns)}))
