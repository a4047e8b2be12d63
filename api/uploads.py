"""Uploads are judged in a process of their own: the worker waits, with a limit of time."""

import subprocess
import sys
from typing import Any, Literal

import orjson

from api.errors import UploadError
from geo.text import Text

Action = Literal["look", "accept", "report"]
TIME_LIMIT_S = 180.0


def run(token: str, action: Action) -> dict[str, Any]:
    """Run the job and wait for it. Raises :class:`UploadError` for what it says no to."""
    command = [sys.executable, "-m", "api.upload_job", token, action]
    try:
        done = subprocess.run(  # noqa: S603 (our own module; the token is one that we made)
            command, capture_output=True, timeout=TIME_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        said = Text(
            "处理超时，文件太大或太复杂", "it took too long: the file is too large or complex"
        )
        raise UploadError("LimitError", said, {}) from None
    try:
        answer: dict[str, Any] = orjson.loads(done.stdout)
    except orjson.JSONDecodeError:
        said = Text("处理中断，文件未被收下", "the job broke off; nothing was taken")
        raise UploadError("JobError", said, {}) from None
    if "error" in answer:
        error = answer["error"]
        raise UploadError(error["kind"], Text(*error["text"]), error["members"])
    return answer
