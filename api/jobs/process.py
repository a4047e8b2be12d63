"""A process that computes one job after another: beginning it takes longer than many a plan."""

import os
import select
import subprocess
import sys
import time

from api.settings import Settings

# Who asks for one plan often asks for another; after this its memory is given back.
_IDLE_S = 30.0
# Solvers and linear algebra take as many cores as there are, unless they are told.
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Process:
    """``python -m api.jobs.work``. It ends with the one that began it, however that ends."""

    def __init__(self, settings: Settings) -> None:
        environment = os.environ | _ONE_CORE | {"YIZHAN_DEMO": str(settings.demo)}
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "api.jobs.work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    @property
    def is_alive(self) -> bool:
        """Whether it can be given another job."""
        return self._popen.poll() is None

    def give(self, job_id: str) -> None:
        """Let it compute a job; if it is no more, nothing happens, and the job is lost."""
        stdin = self._popen.stdin
        try:
            if stdin:
                stdin.write(f"{job_id}\n".encode())
                stdin.flush()
        except BrokenPipeError:
            pass

    def wait(self, seconds: float) -> bool:
        """Whether it came to the end of its job, or to its own, within so many seconds."""
        stdout = self._popen.stdout
        if stdout is None or not select.select([stdout], [], [], seconds)[0]:
            return False
        if not stdout.readline():
            self._popen.wait()
        return True

    def end(self) -> None:
        """At once: what is kept is kept whole, so nothing is lost by it."""
        if self._popen.poll() is None:
            self._popen.kill()
        self._popen.communicate()


class Desk:
    """Keeps a process between jobs, for a while."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: Process | None = None
        self._used = 0.0

    def process(self) -> Process:
        """The one that is there, or a new one."""
        if self._process is None or not self._process.is_alive:
            self.close()
            self._process = Process(self._settings)
        self._used = time.monotonic()
        return self._process

    def rest(self) -> None:
        """Nothing is to be done."""
        if self._process and time.monotonic() > self._used + _IDLE_S:
            self.close()

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.end()
            self._process = None
