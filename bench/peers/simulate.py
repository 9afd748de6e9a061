"""Steps MuJoCo from this Python for `kouros-bench simulate`: `mujoco.rollout`, mjbatch, a Gymnasium vector.

Speaks in lines of JSON:

    in   nothing                              out  {"peers": [...], "packages": {...}}
    in   {"peer": ..., "threads": ...}        out  {"seconds": ..., "cpu_seconds": ... or null, "off": ...}
    in   end of file                          ends

The folder given holds `world.xml`, `sizes.json` (environments, decisions, physics steps a decision)
and three files of little-endian doubles: `state` (environments x (nq + nv)), `warmstart`
(environments x nv) and `ctrl` (environments x decisions x nu); `end` (environments x nq) is where
Kouros came to. `off` is the largest distance from there: the same physics was done. The peers are
neither part of this file nor fetched by it.
"""

import importlib.metadata
import importlib.util
import json
import os
import pathlib
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("MUJOCO_GL", "disable")

import mujoco  # noqa: E402
import numpy  # noqa: E402

ANSWERS = os.fdopen(os.dup(1), "w")


class Walk:
    """What is to be done."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        sizes = json.loads((folder / "sizes.json").read_text())
        self.n, self.decisions, self.steps = (sizes[k] for k in ("environments", "decisions", "steps"))
        self.xml = (folder / "world.xml").read_text()
        self.model = mujoco.MjModel.from_xml_string(self.xml)
        read = lambda name: numpy.fromfile(folder / name, dtype="<f8").reshape(self.n, -1)  # noqa: E731
        self.state, self.warmstart, self.end = read("state"), read("warmstart"), read("end")
        self.ctrl = read("ctrl").reshape(self.n, self.decisions, self.model.nu)

    def off(self, qpos):
        return float(numpy.abs(numpy.asarray(qpos) - self.end).max())


def rollout(walk, threads):
    from mujoco import rollout as r

    full = numpy.concatenate([numpy.zeros((walk.n, 1)), walk.state], axis=1)
    control = numpy.repeat(walk.ctrl, walk.steps, axis=1)
    data = [mujoco.MjData(walk.model) for _ in range(threads)]
    with r.Rollout(nthread=threads if threads > 1 else 0) as runner:
        begun, cpu = time.perf_counter(), time.process_time()
        states, _ = runner.rollout(walk.model, data, full, control, initial_warmstart=walk.warmstart)
        took = time.perf_counter() - begun, time.process_time() - cpu
    return *took, walk.off(states[:, -1, 1 : 1 + walk.model.nq])


def mjbatch(walk, threads):
    import mjbatch as m

    batch = m.Batch(walk.model, walk.n, threads)
    batch.bind("qpos")[:] = walk.state[:, : walk.model.nq]
    batch.bind("qvel")[:] = walk.state[:, walk.model.nq :]
    batch.bind("qacc_warmstart")[:] = walk.warmstart
    ctrl, qpos = batch.bind("ctrl"), batch.bind("qpos")
    begun, cpu = time.perf_counter(), time.process_time()
    for d in range(walk.decisions):
        ctrl[:] = walk.ctrl[:, d]
        batch.step(nstep=walk.steps)
    return time.perf_counter() - begun, time.process_time() - cpu, walk.off(qpos)


def environment(walk, number):
    import gymnasium

    class Bare(gymnasium.Env):
        """Nothing but the physics: positions and velocities are what is sensed."""

        observation_space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (walk.model.nq + walk.model.nv,), numpy.float64)
        action_space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (walk.model.nu,), numpy.float64)

        def __init__(self):
            self.data = mujoco.MjData(walk.model)

        def look(self):
            return numpy.concatenate([self.data.qpos, self.data.qvel])

        def reset(self, *, seed=None, options=None):
            mujoco.mj_resetData(walk.model, self.data)
            self.data.qpos[:], self.data.qvel[:] = numpy.split(walk.state[number], [walk.model.nq])
            self.data.qacc_warmstart[:] = walk.warmstart[number]
            return self.look(), {}

        def step(self, action):
            self.data.ctrl[:] = action
            mujoco.mj_step(walk.model, self.data, nstep=walk.steps)
            return self.look(), 0.0, False, False, {}

    return Bare()


def vector(walk, threads):
    import gymnasium

    makers = [lambda i=i: environment(walk, i) for i in range(walk.n)]
    envs = gymnasium.vector.AsyncVectorEnv(makers, context="fork")
    try:
        envs.reset()
        begun = time.perf_counter()
        for d in range(walk.decisions):
            seen, *_ = envs.step(walk.ctrl[:, d])
        # The processor's time is the children's.
        return time.perf_counter() - begun, None, walk.off(seen[:, : walk.model.nq])
    finally:
        envs.close()


PEERS = {
    "mujoco.rollout": ("mujoco", rollout),
    "mjbatch": ("mjbatch", mjbatch),
    "Gymnasium AsyncVectorEnv": ("gymnasium", vector),
}


def main():
    walk = Walk(sys.argv[1])
    there = {name: p for name, p in PEERS.items() if importlib.util.find_spec(p[0])}
    packages = {p[0]: importlib.metadata.version(p[0]) for p in there.values()}
    answer = lambda what: print(json.dumps(what), file=ANSWERS, flush=True)  # noqa: E731
    answer({"peers": list(there), "packages": packages})
    for line in sys.stdin:
        asked = json.loads(line)
        seconds, cpu, off = there[asked["peer"]][1](walk, asked["threads"])
        answer({"seconds": seconds, "cpu_seconds": cpu, "off": off})


main()
